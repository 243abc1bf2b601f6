/** Changes an mbox as delivery agents and mail programs do. */
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import type { MboxSourceConfig } from '../../../server/sources/mbox/config.ts'
import type { Bytes } from '../../../server/sources/mbox/scan.ts'

export interface MboxMessage {
  /** Header lines, each with its line end. */
  readonly header?: string
  readonly text?: string
}

let count = 0

/** One message with its From line; `header` may contain a Status. */
export function mboxMessage({ header = '', text = 'Text\n' }: MboxMessage = {}): string {
  count += 1
  return `From kim@example.org Mon Jan  1 00:00:00 2024\nFrom: Kim <kim@example.org>\nMessage-ID: <${count}@example.org>\n${header}\n${text}\n`
}

/** Makes exactly `unread` messages unread: marks some as a mail program does, by rewriting the file, or appends more. */
export async function setUnread(path: string, unread: number): Promise<void> {
  let present = 0
  const read = (await readFile(path, 'latin1')).replaceAll(/^Status: O$/gm, () => (++present > unread ? 'Status: RO' : 'Status: O'))
  if (present > unread) await writeFile(path, read, 'latin1')
  const missing = Math.max(0, unread - present)
  if (missing > 0) await appendFile(path, Array.from({ length: missing }, () => mboxMessage({ header: 'Status: O\n' })).join(''))
}

export function mboxConfig(path: string, change: Partial<MboxSourceConfig> = {}): MboxSourceConfig {
  return { type: 'mbox', name: 'mail', account: 'me', path, mayBeMissing: false, intervalMs: 60_000, ...change }
}

/** A text is in Latin-1. */
export function mboxBytes(content: string | Buffer): Bytes {
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(content, 'latin1')
  return { size: bytes.length, read: async (position, length) => Buffer.from(bytes.subarray(position, position + length)) }
}

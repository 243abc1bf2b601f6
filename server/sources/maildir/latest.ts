import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Message } from '../../../common/protocol/wire.ts'
import { isoDate } from '../../platform/text.ts'
import { readMessageHeader } from '../lib/mail/header.ts'
import { LATEST_MESSAGES } from '../lib/mail/latest.ts'
import { arrivedUs } from './file-name.ts'
import type { CountedFolder } from './mailbox.ts'

const MAX_HEADER_BYTES = 64 * 1024

/** Returns a reader of the newest unread messages of all folders, newest first, which reads each header once. */
export function createLatestReader(): (folders: readonly CountedFolder[]) => Promise<readonly Message[]> {
  let known: ReadonlyMap<string, Message> = new Map()
  return async (folders) => {
    const newest = folders
      .flatMap(({ folder: { path }, disk }) =>
        disk.tally.newest().map(({ base, place }) => ({ folder: path, base, file: join(disk.dir, place.sub, place.name) })),
      )
      .toSorted((a, b) => arrivedUs(b.base) - arrivedUs(a.base))
    const messages = new Map<string, Message>()
    for (const { folder, base, file } of newest.slice(0, LATEST_MESSAGES)) {
      const before = known.get(base)
      const message = before?.folder === folder ? before : await readMessage(base, folder, file)
      // The same name in two folders is a copy.
      if (message && !messages.has(base)) messages.set(base, message)
    }
    known = messages
    return [...messages.values()]
  }
}

async function readMessage(base: string, folder: string, file: string): Promise<Message | null> {
  const header = await readFileHeader(file)
  if (!header) return null
  const { date: written, ...fields } = readMessageHeader(header.bytes)
  return { id: base, folder, ...fields, date: isoDate(header.writtenAt) ?? written }
}

/**
 * The beginning of a message's file; null where it is missing, unreadable or no regular file. A pipe does not block the
 * read, and a link is not followed.
 */
async function readFileHeader(path: string) {
  try {
    const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
    try {
      const stats = await file.stat()
      if (!stats.isFile()) return null
      const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(MAX_HEADER_BYTES, stats.size)), 0)
      // The time of writing, which stays when the file is moved.
      return { bytes: buffer.subarray(0, bytesRead), writtenAt: stats.mtime }
    } finally {
      await file.close()
    }
  } catch {
    return null
  }
}

import { join } from 'node:path'
import type { Message } from '../../../common/protocol/wire.ts'
import { isoDate } from '../../platform/text.ts'
import { readFileHeader } from '../files/header.ts'
import { readMessageHeader } from '../mail/header.ts'
import { LATEST_MESSAGES } from '../mail/latest.ts'
import { arrivedUs } from './file-name.ts'
import type { CountedFolder } from './mailbox.ts'

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

/** Who wrote the newest unread mails: each header is read once. */
import { join } from 'node:path'
import type { Message } from '../../../common/protocol/wire.ts'
import { LATEST_MESSAGES } from '../mail/latest.ts'
import { readMessageHeader } from '../mail/header.ts'
import { isoDate } from '../../platform/text.ts'
import type { CountedFolder } from './mailbox.ts'
import { arrivedUs } from './file-name.ts'
import { readFileHeader } from '../files/header.ts'

export interface LatestMessages {
  /** The newest of all these folders, newest first. */
  read(folders: readonly CountedFolder[]): Promise<readonly Message[]>
}

export function createLatestMessages(): LatestMessages {
  let known: ReadonlyMap<string, Message> = new Map()

  return {
    async read(folders) {
      const found = folders
        .flatMap(({ folder: { path }, disk }) =>
          disk.tally.newest().map(({ base, place }) => ({ folder: path, base, file: join(disk.dir, place.sub, place.name) })),
        )
        .toSorted((a, b) => arrivedUs(b.base) - arrivedUs(a.base))
      const mails = new Map<string, Message>()
      for (const { folder, base, file } of found.slice(0, LATEST_MESSAGES)) {
        const before = known.get(base)
        const mail = before?.folder === folder ? before : await readMail(base, folder, file)
        // The same name in two folders is a copy, and told once.
        if (mail && !mails.has(base)) mails.set(base, mail)
      }
      known = mails
      return [...mails.values()]
    },
  }
}

async function readMail(base: string, folder: string, file: string): Promise<Message | null> {
  const header = await readFileHeader(file)
  if (!header) return null
  const { from, subject, date: written, messageId } = readMessageHeader(header.bytes)
  const date = isoDate(header.writtenAt) ?? written
  return { id: base, folder, from, subject, ...(date !== undefined && { date }), ...(messageId !== undefined && { messageId }) }
}

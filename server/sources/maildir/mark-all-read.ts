/** Marks all mails read that are unread now, in the folders that are counted; what comes meanwhile stays unread. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { MaildirSourceConfig } from './config.ts'
import { isMissing } from '../files/errors.ts'
import { changing, flagMessage, type Found, foldersOf } from './write.ts'
import { isMessageFileName, isSeen, isTrashed, readFileName } from './file-name.ts'
import type { DiskFolder } from './layout.ts'

/** @throws SourceError, or the system's error */
export function markAllRead(config: MaildirSourceConfig, signal: AbortSignal): Promise<'done'> {
  let wanted: ReadonlySet<string> | null = null
  return changing<'done'>(config, async (layout) => {
    const unread = await unreadIn(foldersOf(config.folders, layout))
    const asked = (wanted ??= new Set(unread.map(mailOf)))
    let renamed: unknown = null
    for (const found of unread) {
      if (!asked.has(mailOf(found))) continue
      signal.throwIfAborted()
      try {
        await flagMessage(found, 'S')
      } catch (error) {
        if (!isMissing(error)) throw error
        renamed = error
      }
    }
    if (renamed !== null) throw renamed
    return 'done'
  })
}

/** The same for a mail whose file was renamed. */
const mailOf = ({ folder: { dir }, place: { name } }: Found): string => join(dir, readFileName(name).base)

async function unreadIn(folders: readonly DiskFolder[]): Promise<readonly Found[]> {
  const unread: Found[] = []
  for (const folder of folders) {
    for (const sub of ['new', 'cur'] as const) {
      for (const name of await readdir(join(folder.dir, sub))) {
        const known = readFileName(name)
        if (isMessageFileName(name) && !isSeen(known) && !isTrashed(known)) unread.push({ folder, place: { sub, name } })
      }
    }
  }
  return unread
}

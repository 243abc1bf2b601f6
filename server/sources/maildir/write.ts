/** What changing mails has in common: where a mail lies, and that other programs rename it in the same moment. */
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { MaildirSourceConfig } from './config.ts'
import { errorCode, isMissing } from '../files/errors.ts'
import { chooseFolders } from '../folders/choose.ts'
import { SourceError } from '../source.ts'
import { readFileName, withFlag } from './file-name.ts'
import { type DiskFolder, type Layout, readLayout } from './layout.ts'
import type { Place } from './tally.ts'

export interface Found {
  readonly folder: DiskFolder
  readonly place: Place
}

/** How often mails are looked for again, because somebody renames them in the same moment. */
const TRIES = 5

/**
 * Does `work`, and again with the folders as they are by then where a file was not any more where it had been found.
 * @throws SourceError, or the system's error
 */
export async function changing<T>({ path }: MaildirSourceConfig, work: (layout: Layout) => Promise<T>): Promise<T> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const layout = await readLayout(path)
    try {
      return await work(layout)
    } catch (error) {
      if (['EACCES', 'EPERM', 'EROFS'].includes(errorCode(error)))
        throw new SourceError('config', `The mails at ${path} may not be changed; allow it to the user that Mailbell runs as.`, {
          cause: error,
        })
      if (!isMissing(error)) throw error
    }
  }
  throw new SourceError('network', `The mail is being changed by another program all the time; try again.`)
}

export const pathOf = ({ folder: { dir }, place: { sub, name } }: Found): string => join(dir, sub, name)

export const flagMessage = (found: Found, flag: string): Promise<void> =>
  rename(pathOf(found), join(found.folder.dir, 'cur', withFlag(readFileName(found.place.name), flag)))

/** @param wanted the entries of `folders`. */
export const foldersOf = (wanted: readonly string[], { folders }: Layout): readonly DiskFolder[] =>
  chooseFolders(wanted, folders).flatMap(({ path }) => folders.find((folder) => folder.path === path) ?? [])

/** Does what a person wants done with a mail, by moving its file, as every program that knows Maildirs does. */
import { constants } from 'node:fs'
import { access, mkdir, readdir, rename, stat, unlink, writeFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { MaildirSourceConfig } from '../../config.ts'
import type { FolderRole, MailAction } from '../../protocol.ts'
import { errorCode, isMissing } from '../files/errors.ts'
import { chooseFolders } from '../imap/folders.ts'
import { type ActRequest, SourceError } from '../source.ts'
import { NO_NAMESPACES } from './box.ts'
import { isMailName, isSeen, isTrashed, readFileName, withFlag } from './file-name.ts'
import { type DiskFolder, type Layout, readLayout } from './layout.ts'
import type { Place } from './tally.ts'

const ACTIONS: readonly MailAction[] = ['read', 'archive', 'delete']

/** Nothing where the files may only be read. */
export async function actionsOf(dir: string): Promise<readonly MailAction[] | undefined> {
  try {
    await access(join(dir, 'cur'), constants.W_OK)
    return ACTIONS
  } catch {
    return undefined
  }
}

/** How often a mail is looked for again, because somebody renames it in the same moment. */
const TRIES = 5

/** @throws SourceError */
export async function actOnFile(
  config: MaildirSourceConfig,
  { message, action }: Pick<ActRequest, 'message' | 'action'>,
): Promise<'done' | 'gone'> {
  try {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const layout = await readLayout(config.path)
      const found = await find(foldersOf(config.folders, layout), message)
      if (!found) {
        const target = action === 'read' ? undefined : folderFor(TARGETS[action], layout)
        return target && (await find([target], message)) ? 'done' : 'gone'
      }
      try {
        await perform[action](found, layout, config.path)
        return 'done'
      } catch (error) {
        if (!isMissing(error)) throw error
      }
    }
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes(errorCode(error))) {
      throw new SourceError('config', `The mails at ${config.path} may not be changed; allow it to the user that Mailbell runs as.`, {
        cause: error,
      })
    }
    throw error
  }
  throw new SourceError('network', `The mail is being changed by another program all the time; try again.`)
}

const TARGETS = { archive: 'archive', delete: 'trash' } as const

interface Found {
  readonly folder: DiskFolder
  readonly place: Place
}

const pathOf = ({ folder: { dir }, place: { sub, name } }: Found): string => join(dir, sub, name)

const perform: Readonly<Record<MailAction, (found: Found, layout: Layout, root: string) => Promise<void>>> = {
  async read(found) {
    if (!isSeen(readFileName(found.place.name))) await flag(found, 'S')
  },
  async archive(found, layout, root) {
    await move(found, folderFor('archive', layout) ?? (await createArchive(root, layout)))
  },
  async delete(found, layout) {
    const trash = folderFor('trash', layout)
    if (trash === undefined) await flag(found, 'T')
    else if (trash.dir === found.folder.dir) await unlink(pathOf(found))
    else await move(found, trash)
  },
}

const flag = (found: Found, letter: string): Promise<void> =>
  rename(pathOf(found), join(found.folder.dir, 'cur', withFlag(readFileName(found.place.name), letter)))

async function move(found: Found, target: Pick<DiskFolder, 'dir'>): Promise<void> {
  if (target.dir !== found.folder.dir) await rename(pathOf(found), join(target.dir, found.place.sub, found.place.name))
}

const foldersOf = (wanted: readonly string[], { folders }: Layout): readonly DiskFolder[] =>
  chooseFolders(wanted, folders, NO_NAMESPACES).flatMap(({ path }) => folders.find((folder) => folder.path === path) ?? [])

const folderFor = (role: FolderRole, layout: Layout): DiskFolder | undefined => foldersOf([`\\${role}`], layout)[0]

/** The id is only ever compared with names that are there: no path is made of it. */
async function find(folders: readonly DiskFolder[], base: string): Promise<Found | null> {
  for (const folder of folders) {
    for (const sub of ['new', 'cur'] as const) {
      const names = await readdir(join(folder.dir, sub))
      const name = names.find((each) => each.startsWith(base) && isMailName(each) && isOf(each, base))
      if (name !== undefined) return { folder, place: { sub, name } }
    }
  }
  return null
}

function isOf(name: string, base: string): boolean {
  const known = readFileName(name)
  return known.base === base && !isTrashed(known)
}

/** Beside the folders that are there, and in the way that they are. */
async function createArchive(root: string, { folders }: Layout): Promise<Pick<DiskFolder, 'dir'>> {
  const [first] = folders
  const isNested = folders.some(({ dir }) => dir !== root && !dir.startsWith(`${root}${sep}.`))
  const dir = join(root, isNested ? 'Archive' : '.Archive')
  const mode = first ? (await stat(join(first.dir, 'cur'))).mode & 0o777 : 0o700
  for (const sub of ['tmp', 'new', 'cur']) await mkdir(join(dir, sub), { recursive: true, mode })
  if (!isNested) await writeFile(join(dir, 'maildirfolder'), '', { mode: mode & 0o666 })
  return { dir }
}

/** Actions on messages: by moving and renaming their files, as all programs do that know Maildirs. */
import { constants } from 'node:fs'
import { access, mkdir, readdir, rename, stat, unlink, writeFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { FolderRole, MessageAction } from '../../../common/protocol/wire.ts'
import { errorCodeOf } from '../../../common/errors.ts'
import { isMissing } from '../files/errors.ts'
import { chooseFolders } from '../folders/choose.ts'
import { type MessageRequest, SourceError } from '../source.ts'
import type { MaildirSourceConfig } from './config.ts'
import { type FileName, isMessageFileName, isSeen, isTrashed, readFileName, withFlag } from './file-name.ts'
import { type DiskFolder, type Layout, NO_NAMESPACES, readLayout } from './layout.ts'
import type { Place } from './tally.ts'

const ACTIONS: readonly MessageAction[] = ['read', 'archive', 'delete']

/** Undefined where the files are read-only. */
export async function actionsOf(dir: string): Promise<readonly MessageAction[] | undefined> {
  try {
    await access(join(dir, 'cur'), constants.W_OK)
    return ACTIONS
  } catch {
    return undefined
  }
}

interface Found {
  readonly folder: DiskFolder
  readonly place: Place
  readonly fileName: FileName
}

/** How often messages are looked up again because another program renames them at the same moment. */
const ATTEMPTS = 5

/**
 * Does `work`, and does it again with the current folders where a file is no longer where it was found.
 * @throws SourceError, or the system's error
 */
async function withLayout<T>({ path }: MaildirSourceConfig, work: (layout: Layout) => Promise<T>): Promise<T> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const layout = await readLayout(path)
    try {
      return await work(layout)
    } catch (error) {
      if (['EACCES', 'EPERM', 'EROFS'].includes(errorCodeOf(error)))
        throw new SourceError('config', `The messages at ${path} are read-only; allow the user that runs Mailbell to change them.`, {
          cause: error,
        })
      if (!isMissing(error)) throw error
    }
  }
  throw new SourceError('network', 'Another program keeps changing the message; try again.')
}

/** @throws SourceError, or the system's error */
export const actOnMessage = (
  config: MaildirSourceConfig,
  { message, action }: Pick<MessageRequest, 'message' | 'action'>,
): Promise<'done' | 'gone'> =>
  withLayout(config, async (layout) => {
    const found = await find(foldersOf(config.folders, layout), message)
    if (found) {
      await perform[action](found, layout, config.path)
      return 'done'
    }
    const target = action === 'read' ? undefined : folderFor(TARGETS[action], layout)
    return target && (await find([target], message)) ? 'done' : 'gone'
  })

/** Marks the messages read that are unread now, in the counted folders. @throws SourceError, or the system's error */
export function markAllRead(config: MaildirSourceConfig, signal: AbortSignal): Promise<'done'> {
  let requested: ReadonlySet<string> | null = null
  return withLayout<'done'>(config, async (layout) => {
    const unread = (await messagesIn(foldersOf(config.folders, layout))).filter(({ fileName }) => !isSeen(fileName))
    const own = (requested ??= new Set(unread.map(identity)))
    let renamed: unknown = null
    for (const found of unread) {
      if (!own.has(identity(found))) continue
      signal.throwIfAborted()
      try {
        await setFlag(found, 'S')
      } catch (error) {
        if (!isMissing(error)) throw error
        renamed = error
      }
    }
    if (renamed !== null) throw renamed
    return 'done'
  })
}

/** Stays when the file of a message is renamed. */
const identity = ({ folder: { dir }, fileName: { base } }: Found): string => join(dir, base)

const TARGETS = { archive: 'archive', delete: 'trash' } as const

const perform: Readonly<Record<MessageAction, (found: Found, layout: Layout, root: string) => Promise<void>>> = {
  async read(found) {
    if (!isSeen(found.fileName)) await setFlag(found, 'S')
  },
  async archive(found, layout, root) {
    await move(found, folderFor('archive', layout)?.dir ?? (await createArchive(root, layout)))
  },
  async delete(found, layout) {
    const trash = folderFor('trash', layout)
    if (trash === undefined) await setFlag(found, 'T')
    else if (trash.dir === found.folder.dir) await unlink(pathOf(found))
    else await move(found, trash.dir)
  },
}

const pathOf = ({ folder: { dir }, place: { sub, name } }: Found): string => join(dir, sub, name)

const setFlag = (found: Found, flag: string): Promise<void> =>
  rename(pathOf(found), join(found.folder.dir, 'cur', withFlag(found.fileName, flag)))

async function move(found: Found, dir: string): Promise<void> {
  if (dir !== found.folder.dir) await rename(pathOf(found), join(dir, found.place.sub, found.place.name))
}

const foldersOf = (entries: readonly string[], { folders }: Layout): readonly DiskFolder[] =>
  chooseFolders(entries, folders, NO_NAMESPACES).flatMap(({ path }) => folders.find((folder) => folder.path === path) ?? [])

const folderFor = (role: FolderRole, layout: Layout): DiskFolder | undefined => foldersOf([`\\${role}`], layout)[0]

/** The messages that are not trashed. */
async function messagesIn(folders: readonly DiskFolder[], prefix = ''): Promise<readonly Found[]> {
  const all: Found[] = []
  for (const folder of folders) {
    for (const sub of ['new', 'cur'] as const) {
      for (const name of await readdir(join(folder.dir, sub))) {
        if (!name.startsWith(prefix) || !isMessageFileName(name)) continue
        const fileName = readFileName(name)
        if (!isTrashed(fileName)) all.push({ folder, place: { sub, name }, fileName })
      }
    }
  }
  return all
}

/** The id is only compared with existing names: no path is made of it. */
const find = async (folders: readonly DiskFolder[], base: string): Promise<Found | undefined> =>
  (await messagesIn(folders, base)).find(({ fileName }) => fileName.base === base)

/** Creates it beside the existing folders, in their layout. Gives its directory. */
async function createArchive(root: string, { folders }: Layout): Promise<string> {
  const [first] = folders
  const isNested = folders.some(({ dir }) => dir !== root && !dir.startsWith(`${root}${sep}.`))
  const dir = join(root, isNested ? 'Archive' : '.Archive')
  const mode = first ? (await stat(join(first.dir, 'cur'))).mode & 0o777 : 0o700
  for (const sub of ['tmp', 'new', 'cur']) await mkdir(join(dir, sub), { recursive: true, mode })
  if (!isNested) await writeFile(join(dir, 'maildirfolder'), '', { mode: mode & 0o666 })
  return dir
}

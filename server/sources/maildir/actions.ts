/** Actions on messages: by moving and renaming their files, as all programs do that know Maildirs. */
import { constants } from 'node:fs'
import { access, mkdir, rename, stat, unlink, writeFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { FolderRole, MessageAction } from '../../../common/protocol/wire.ts'
import { errorCodeOf } from '../../../common/errors.ts'
import { isMissing } from '../lib/files/errors.ts'
import { chooseFolders } from '../lib/folders/choose.ts'
import { type MessageRequest, SourceError } from '../source.ts'
import type { MaildirSourceConfig } from './config.ts'
import { type FileName, isSeen, isTrashed, readFileName, separatorOf, withFlag } from './file-name.ts'
import { type DiskFolder, type Layout, readLayout } from './layout.ts'
import { messageNamesIn } from './message-files.ts'
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

/** Gives the separator of names in a folder; undefined where no name in the Maildir shows it. */
type SeparatorOf = (folder: DiskFolder) => Promise<string | undefined>

/** Looks into each folder once. */
function createSeparators({ folders }: Layout): SeparatorOf {
  const known = new Map<string, string | undefined>()
  return async (folder) => {
    for (const { dir } of [folder, ...folders]) {
      if (!known.has(dir)) known.set(dir, separatorOf(await messageNamesIn(join(dir, 'cur')).catch(() => [])))
      const separator = known.get(dir)
      if (separator !== undefined) return separator
    }
    return undefined
  }
}

/** How often messages are looked up again because another program renames them at the same moment. */
const ATTEMPTS = 5

/**
 * Does `work`, and does it again with the current folders where a file is no longer where it was found.
 * @throws SourceError, or the system's error
 */
async function withLayout<T>({ path }: MaildirSourceConfig, work: (layout: Layout, separators: SeparatorOf) => Promise<T>): Promise<T> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const layout = await readLayout(path)
    try {
      return await work(layout, createSeparators(layout))
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
  withLayout(config, async (layout, separators) => {
    // Ids from before an update may contain flags.
    const { base } = readFileName(message)
    const found = await find(await foldersOf(config.folders, layout), base)
    if (found) {
      if (!found.fileName.isClear) throw unclearName()
      await perform[action](found, { layout, separators, root: config.path })
      return 'done'
    }
    const target = action === 'read' ? undefined : await folderFor(TARGETS[action], layout)
    return target && (await find([target], base)) ? 'done' : 'gone'
  })

/** Marks the messages read that are unread now, in the counted folders. @throws SourceError, or the system's error */
export function markAllRead(config: MaildirSourceConfig, signal: AbortSignal): Promise<'done'> {
  let requested: ReadonlySet<string> | null = null
  return withLayout<'done'>(config, async (layout, separators) => {
    const { messages, error: unreadable } = await messagesIn(await foldersOf(config.folders, layout))
    const unread = messages.filter(({ fileName }) => !isSeen(fileName))
    const own = (requested ??= new Set(unread.map(identity)))
    let renamed: unknown = null
    for (const found of unread) {
      if (!own.has(identity(found)) || !found.fileName.isClear) continue
      signal.throwIfAborted()
      try {
        await setFlag(found, 'S', separators)
      } catch (error) {
        if (!isMissing(error)) throw error
        renamed = error
      }
    }
    if (renamed !== null) throw renamed
    if (unreadable !== null) throw unreadable
    if (unread.some((found) => own.has(identity(found)) && !found.fileName.isClear)) throw unclearName()
    return 'done'
  })
}

const unclearName = (): SourceError =>
  new SourceError('protocol', 'The file of the message has a name that Mailbell does not understand; use your mail program for it.')

/** Stays when the file of a message is renamed. */
const identity = ({ folder: { dir }, fileName: { base } }: Found): string => join(dir, base)

const TARGETS = { archive: 'archive', delete: 'trash' } as const

interface Maildir {
  readonly layout: Layout
  readonly separators: SeparatorOf
  readonly root: string
}

const perform: Readonly<Record<MessageAction, (found: Found, maildir: Maildir) => Promise<void>>> = {
  async read(found, { separators }) {
    if (!isSeen(found.fileName)) await setFlag(found, 'S', separators)
  },
  async archive(found, { layout, root }) {
    await move(found, (await folderFor('archive', layout))?.dir ?? (await createArchive(root, layout)))
  },
  async delete(found, { layout, separators }) {
    const trash = await folderFor('trash', layout)
    if (trash === undefined) await setFlag(found, 'T', separators)
    else if (trash.dir === found.folder.dir) await unlink(pathOf(found))
    else await move(found, trash.dir)
  },
}

const pathOf = ({ folder: { dir }, place: { sub, name } }: Found): string => join(dir, sub, name)

async function setFlag(found: Found, flag: string, separators: SeparatorOf): Promise<void> {
  const { folder, fileName } = found
  const separator = fileName.separator === '' ? await separators(folder) : undefined
  await rename(pathOf(found), join(folder.dir, 'cur', withFlag(fileName, flag, separator)))
}

async function move(found: Found, dir: string): Promise<void> {
  if (dir !== found.folder.dir) await rename(pathOf(found), join(dir, found.place.sub, found.place.name))
}

const foldersOf = async (entries: readonly string[], { folders }: Layout): Promise<readonly DiskFolder[]> =>
  (await chooseFolders(entries, folders)).flatMap(({ listed }) => listed ?? [])

const folderFor = async (role: FolderRole, layout: Layout): Promise<DiskFolder | undefined> => (await foldersOf([`\\${role}`], layout))[0]

/**
 * The messages that are not trashed, and the error of a folder that cannot be read.
 * @throws the system's error where a folder has gone
 */
async function messagesIn(folders: readonly DiskFolder[], prefix = '') {
  const messages: Found[] = []
  let error: unknown = null
  for (const folder of folders) {
    try {
      for (const sub of ['new', 'cur'] as const) {
        for (const name of await messageNamesIn(join(folder.dir, sub))) {
          if (!name.startsWith(prefix)) continue
          const fileName = readFileName(name)
          if (!isTrashed(fileName)) messages.push({ folder, place: { sub, name }, fileName })
        }
      }
    } catch (cause) {
      if (isMissing(cause)) throw cause
      error ??= cause
    }
  }
  return { messages, error }
}

/** The id is only compared with existing names: no path is made of it. */
async function find(folders: readonly DiskFolder[], base: string): Promise<Found | undefined> {
  const { messages, error } = await messagesIn(folders, base)
  const found = messages.find(({ fileName }) => fileName.base === base)
  if (!found && error !== null) throw error
  return found
}

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

/** Does what a person wants done with a mail, by moving its file, as every program that knows Maildirs does. */
import { constants } from 'node:fs'
import { access, mkdir, readdir, rename, stat, unlink, writeFile } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { MaildirSourceConfig } from './config.ts'
import type { FolderRole, MessageAction } from '../../../common/protocol/wire.ts'
import type { MessageRequest } from '../source.ts'
import { changing, flagMessage, type Found, foldersOf, pathOf } from './write.ts'
import { isMessageFileName, isSeen, isTrashed, readFileName } from './file-name.ts'
import type { DiskFolder, Layout } from './layout.ts'

const ACTIONS: readonly MessageAction[] = ['read', 'archive', 'delete']

/** Nothing where the files may only be read. */
export async function actionsOf(dir: string): Promise<readonly MessageAction[] | undefined> {
  try {
    await access(join(dir, 'cur'), constants.W_OK)
    return ACTIONS
  } catch {
    return undefined
  }
}

/** @throws SourceError */
export function actOnFile(
  config: MaildirSourceConfig,
  { message, action }: Pick<MessageRequest, 'message' | 'action'>,
): Promise<'done' | 'gone'> {
  return changing(config, async (layout) => {
    const found = await find(foldersOf(config.folders, layout), message)
    if (found) {
      await perform[action](found, layout, config.path)
      return 'done'
    }
    const target = action === 'read' ? undefined : folderFor(TARGETS[action], layout)
    return target && (await find([target], message)) ? 'done' : 'gone'
  })
}

const TARGETS = { archive: 'archive', delete: 'trash' } as const

const perform: Readonly<Record<MessageAction, (found: Found, layout: Layout, root: string) => Promise<void>>> = {
  async read(found) {
    if (!isSeen(readFileName(found.place.name))) await flagMessage(found, 'S')
  },
  async archive(found, layout, root) {
    await move(found, folderFor('archive', layout) ?? (await createArchive(root, layout)))
  },
  async delete(found, layout) {
    const trash = folderFor('trash', layout)
    if (trash === undefined) await flagMessage(found, 'T')
    else if (trash.dir === found.folder.dir) await unlink(pathOf(found))
    else await move(found, trash)
  },
}

async function move(found: Found, target: Pick<DiskFolder, 'dir'>): Promise<void> {
  if (target.dir !== found.folder.dir) await rename(pathOf(found), join(target.dir, found.place.sub, found.place.name))
}

const folderFor = (role: FolderRole, layout: Layout): DiskFolder | undefined => foldersOf([`\\${role}`], layout)[0]

/** The id is only ever compared with names that are there: no path is made of it. */
async function find(folders: readonly DiskFolder[], base: string): Promise<Found | null> {
  for (const folder of folders) {
    for (const sub of ['new', 'cur'] as const) {
      const names = await readdir(join(folder.dir, sub))
      const name = names.find((each) => each.startsWith(base) && isMessageFileName(each) && isOf(each, base))
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

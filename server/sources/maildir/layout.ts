/**
 * Which folders lie in a Maildir: as Maildir++ has them (`.Lists.Dev` beside `cur` and `new`), and as directories in
 * directories (`Lists/Dev`); both make the path `Lists/Dev`. The Maildir itself is INBOX.
 */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { LIMITS } from '../../../common/protocol/wire.ts'
import type { ListedFolder } from '../folders/choose.ts'
import { isMissing } from '../files/errors.ts'
import { decodeFolderName } from './folder-name.ts'

export interface DiskFolder extends ListedFolder {
  readonly dir: string
}

export interface Layout {
  readonly folders: readonly DiskFolder[]
  /** Every directory in which a folder may come or go, the Maildir itself first. */
  readonly dirs: readonly string[]
}

export const SUBS: ReadonlySet<string> = new Set(['cur', 'new', 'tmp'])
const DEPTH_MOST = 10
/** Directories that are looked into: nobody has more folders, and a wrong path may hold a whole disk. */
const DIRS_MOST = 5 * LIMITS.foldersPerAccount

/** @throws the system's error where `root` cannot be read */
export async function readLayout(root: string): Promise<Layout> {
  const folders = new Map<string, DiskFolder>()
  const dirs: string[] = []

  async function visit(dir: string, path: string, depth: number): Promise<void> {
    dirs.push(dir)
    const inner = await directoriesIn(dir, depth === 0)
    const inbox = path === '' || path.toUpperCase() === 'INBOX' ? 'INBOX' : path
    if (inner.includes('cur') && inner.includes('new') && !folders.has(inbox)) {
      folders.set(inbox, { path: inbox, delimiter: '/', flags: new Set(), dir })
    }
    if (depth === DEPTH_MOST) return
    for (const name of inner) {
      const names = SUBS.has(name) ? null : namesOf(name)
      if (names === null || dirs.length >= DIRS_MOST) continue
      await visit(join(dir, name), [path, ...names].filter((part) => part !== '').join('/'), depth + 1)
    }
  }

  await visit(root, '', 0)
  return { folders: [...folders.values()], dirs }
}

/** `.Lists.Dev` → Lists, Dev; null for what is no folder's name. */
function namesOf(name: string): readonly string[] | null {
  const names = (name.startsWith('.') ? name.slice(1).split('.') : [name]).map(decodeFolderName)
  return names.some((part) => part === '' || part.includes('\ufffd') || /\p{Cc}/u.test(part)) ? null : names
}

/** Links are not followed: they may lead anywhere, also back. */
async function directoriesIn(dir: string, mustBeThere: boolean): Promise<readonly string[]> {
  try {
    const entries = await readdir(dir, { withFileTypes: true })
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .toSorted()
  } catch (error) {
    if (isMissing(error) && !mustBeThere) return []
    throw error
  }
}

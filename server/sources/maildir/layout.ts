/**
 * The folders in a Maildir: in the layout of Maildir++ (`.Lists.Dev` beside `cur` and `new`), and as nested directories
 * (`Lists/Dev`). Both have the path `Lists/Dev`; the Maildir itself is INBOX.
 */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { LIMITS } from '../../../common/protocol/wire.ts'
import { isMissing } from '../lib/files/errors.ts'
import { decodeModifiedUtf7 } from '../lib/folders/modified-utf7.ts'
import type { ListedFolder } from '../lib/folders/roles.ts'

export interface DiskFolder extends ListedFolder {
  readonly dir: string
}

/** A directory that may be a folder, or hold some. */
export interface UnreadableFolder extends ListedFolder {
  readonly error: unknown
}

export interface Layout {
  readonly folders: readonly DiskFolder[]
  readonly unreadable: readonly UnreadableFolder[]
  /** Every directory in which a folder may come or go, the Maildir itself first. */
  readonly dirs: readonly string[]
}

export const SUBS: ReadonlySet<string> = new Set(['cur', 'new', 'tmp'])
const MAX_DEPTH = 10
/** Far more than folders exist; a wrong path may contain a whole disk. */
const MAX_DIRS = 5 * LIMITS.foldersPerAccount

/** @throws the system's error where `root` is unreadable */
export async function readLayout(root: string): Promise<Layout> {
  const folders = new Map<string, DiskFolder>()
  const unreadable: UnreadableFolder[] = []
  const dirs: string[] = []

  async function visit(dir: string, path: string, depth: number): Promise<void> {
    dirs.push(dir)
    const folderPath = path === '' || path.toUpperCase() === 'INBOX' ? 'INBOX' : path
    const listed = { path: folderPath, delimiter: '/', flags: new Set<string>() }
    const names = await directoriesIn(dir).catch((error: unknown): readonly string[] => {
      if (depth === 0) throw error
      if (!isMissing(error)) unreadable.push({ ...listed, error })
      return []
    })
    if (names.includes('cur') && names.includes('new') && !folders.has(folderPath)) {
      folders.set(folderPath, { ...listed, dir })
    }
    if (depth === MAX_DEPTH) return
    for (const name of names) {
      const parts = SUBS.has(name) ? null : partsOf(name)
      if (parts === null || dirs.length >= MAX_DIRS) continue
      await visit(join(dir, name), [path, ...parts].filter((part) => part !== '').join('/'), depth + 1)
    }
  }

  await visit(root, '', 0)
  return { folders: [...folders.values()], unreadable, dirs }
}

/** `.Lists.Dev` → Lists, Dev; null for a name that cannot be a folder's. */
function partsOf(name: string): readonly string[] | null {
  const parts = (name.startsWith('.') ? name.slice(1).split('.') : [name]).map(decodeFolderName)
  return parts.some((part) => part === '' || part.includes('\ufffd') || /\p{Cc}/u.test(part)) ? null : parts
}

/** Without links: they may lead anywhere, also back. */
async function directoriesIn(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { withFileTypes: true })
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).toSorted()
}

/** The name of a folder on disk, mostly in modified UTF-7. A decoded name must not be a path. */
export function decodeFolderName(name: string): string {
  const decoded = decodeModifiedUtf7(name)
  return decoded.includes('/') ? name : decoded
}

/** Which entries of `new` and `cur` are messages: files, and links to files. */
import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { lstatIfPresent } from '../files/errors.ts'
import { isMessageFileName } from './file-name.ts'

/** @throws the system's error where the directory is unreadable */
export async function messageNamesIn(dir: string): Promise<readonly string[]> {
  const names: string[] = []
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    if (isMessageFileName(entry.name) && (await isFile(entry, join(dir, entry.name)))) names.push(entry.name)
  }
  return names
}

/** @throws the system's error where the directory is unreadable */
export async function isMessageFile(path: string): Promise<boolean> {
  const found = await lstatIfPresent(path)
  return found !== null && (await isFile(found, path))
}

async function isFile(entry: Pick<Dirent, 'isFile' | 'isSymbolicLink'>, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isFile()
  try {
    return (await stat(path)).isFile()
  } catch {
    // The link leads nowhere, to itself, or where this user may not look.
    return false
  }
}

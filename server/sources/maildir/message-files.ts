/** Which entries of `new` and `cur` are messages: files, and links to files. */
import { opendir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { lstatIfPresent } from '../lib/files/errors.ts'
import { isMessageFileName } from './file-name.ts'

const ENTRIES_PER_READ = 1_024

/** @throws the system's error where the directory is unreadable */
export async function messageNamesIn(dir: string): Promise<readonly string[]> {
  const names: string[] = []
  // In parts: the list of a very large directory at once would keep all other work waiting.
  for await (const entry of await opendir(dir, { bufferSize: ENTRIES_PER_READ })) {
    if (!isMessageFileName(entry.name)) continue
    if (entry.isFile() || (entry.isSymbolicLink() && (await leadsToFile(join(dir, entry.name))))) names.push(entry.name)
  }
  return names
}

/** @throws the system's error where the directory is unreadable */
export async function isMessageFile(path: string): Promise<boolean> {
  const found = await lstatIfPresent(path)
  return found !== null && (found.isFile() || (found.isSymbolicLink() && (await leadsToFile(path))))
}

/** Not a link that leads nowhere, to itself, or where this user may not look. */
async function leadsToFile(link: string): Promise<boolean> {
  try {
    return (await stat(link)).isFile()
  } catch {
    return false
  }
}

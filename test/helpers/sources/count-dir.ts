/** Writes a count directory as the original's daemon does. */
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CountDirSourceConfig } from '../../../server/sources/count-dir/config.ts'

/** Creates the account's file, or renames it. */
export async function writeCount(path: string, account: string, unread: number | string): Promise<void> {
  const dir = join(path, account)
  await mkdir(dir, { recursive: true })
  const [file] = await readdir(dir)
  if (file === undefined) await writeFile(join(dir, String(unread)), '')
  else await rename(join(dir, file), join(dir, String(unread)))
}

export function countDirConfig(path: string, change: Partial<CountDirSourceConfig> = {}): CountDirSourceConfig {
  return { type: 'countdir', name: 'counts', path, intervalMs: 60_000, ...change }
}

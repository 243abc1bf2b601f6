/** What each kind of source adds to the config: its schema, and how what was written becomes what the source gets. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'

/** What surrounds one entry of `sources` while it is resolved. */
export interface ResolveContext {
  /** The folder of the config file, from which relative paths are taken. */
  readonly folder: string
  /** Where a source may keep what it must remember. */
  readonly dataDir: string
  /** The name that was written, else the account's id, else one that differs from all others: `sql`, `sql 2`, … */
  readonly name: string
  /** Adds a mistake that stands at this key of the entry: "must be …". */
  mistake(key: string, message: string): void
}

/** The PEM file that `ca` names; undefined where none is, or where it can't be read, which is told. */
export async function pemOf(
  ca: string | undefined,
  { folder, mistake }: Pick<ResolveContext, 'folder' | 'mistake'>,
): Promise<string | undefined> {
  try {
    return ca === undefined ? undefined : await readFile(resolve(folder, ca), 'utf8')
  } catch {
    mistake('ca', 'must be a file that can be read')
    return undefined
  }
}

/** A JSON file kept by electron-store; where it cannot be read, it is put aside and an empty one begins. */
import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import Store, { type Options } from 'electron-store'

export interface StoreLocation {
  readonly dir: string
  /** Of the app: semver. */
  readonly version: string
  /** Epoch milliseconds: names an unreadable file that is put aside. */
  readonly nowMs: number
}

export interface OpenedStore<T extends Record<string, unknown>> {
  readonly store: Store<T>
  /** Where the unreadable file is kept, or null where there was none. */
  readonly backupPath: string | null
}

export type StoreOptions<T extends Record<string, unknown>> = Options<T> & {
  readonly cwd: string
  readonly name: string
  readonly projectVersion: string
  /** For what a schema cannot say. */
  readonly isWhole?: (content: T) => boolean
}

/** What follows the name of a file that was put aside. */
export const ASIDE = '.corrupt-'

/** @throws Error where the folder cannot be written, or the file can be neither read nor put aside. */
export function openStore<T extends Record<string, unknown>>(
  { isWhole = () => true, ...options }: StoreOptions<T>,
  nowMs: number,
): OpenedStore<T> {
  // Ids hold dots (alice@example.org), and the file belongs to this person alone.
  const open = (): Store<T> => {
    const store = new Store<T>({ ...options, accessPropertiesByDotNotation: false, clearInvalidConfig: false, configFileMode: 0o600 })
    if (!isWhole(store.store)) throw new Error(`${options.name}.json holds something else than it should.`)
    return store
  }
  try {
    return { store: open(), backupPath: null }
  } catch (error) {
    const path = join(options.cwd, `${options.name}.json`)
    if (!existsSync(path)) throw error
    const backupPath = `${path}${ASIDE}${new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-')}`
    renameSync(path, backupPath)
    return { store: open(), backupPath }
  }
}

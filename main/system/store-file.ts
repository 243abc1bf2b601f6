/** A JSON file of electron-store. An unreadable one is put aside, and an empty one begins. */
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

/** Every file that the app stores: removing all data deletes each of them. */
export const STORE_NAMES = ['settings', 'secrets', 'passphrase', 'last-look', 'told'] as const

type StoreOptions<T extends Record<string, unknown>> = Options<T> & {
  readonly name: string
  /** For what a JSON schema cannot express. */
  readonly isValid?: (content: T) => boolean
}

/** Follows the name of a file that was put aside. */
export const BACKUP_SUFFIX = '.corrupt-'

/**
 * `backupPath`: where the unreadable file was put, or null if there was none.
 * @throws Error if the folder cannot be written, or the file can be neither read nor put aside.
 */
export function openStore<T extends Record<string, unknown>>(
  { dir, version, nowMs }: StoreLocation,
  { isValid = () => true, ...options }: StoreOptions<T>,
): { readonly store: Store<T>; readonly backupPath: string | null } {
  function open(): Store<T> {
    const store = new Store<T>({
      ...options,
      cwd: dir,
      projectVersion: version,
      // Ids contain dots (alice@example.org).
      accessPropertiesByDotNotation: false,
      clearInvalidConfig: false,
      configFileMode: 0o600,
    })
    if (!isValid(store.store)) throw new Error(`${options.name}.json has invalid content.`)
    return store
  }
  try {
    return { store: open(), backupPath: null }
  } catch (error) {
    const path = join(dir, `${options.name}.json`)
    if (!existsSync(path)) throw error
    const backupPath = `${path}${BACKUP_SUFFIX}${new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-')}`
    renameSync(path, backupPath)
    return { store: open(), backupPath }
  }
}

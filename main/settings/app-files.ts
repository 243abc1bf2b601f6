/** The files that this app has written to the machine, and their removal. */
import { existsSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { DATA_FILES } from '../../common/protocol/data-files.ts'
import { logPaths } from '../system/log.ts'
import { BACKUP_SUFFIX, STORE_NAMES } from '../system/store-file.ts'

export interface AppFileLocations {
  readonly userData: string
  readonly logs: string
  /** Of the bundled server: demo mailbox and POP3 state; null if it is not known. */
  readonly data: string | null
  /** Of downloaded updates. */
  readonly updates: string | null
  /** The autostart entry, if that is a file. */
  readonly autostart: string | null
}

const STORE_FILES = STORE_NAMES.map((name) => `${name}.json`)

/**
 * Existing files and folders; the last one is the folder that Chromium also uses, unless a server's data is in it: a file
 * system that ignores case has one folder for `Mailbell` and `mailbell` (macOS).
 */
export function listAppFiles({ userData, logs, autostart, data, updates }: AppFileLocations): readonly string[] {
  const corrupt = (existsSync(userData) ? readdirSync(userData) : []).filter((name) =>
    STORE_FILES.some((file) => name.startsWith(`${file}${BACKUP_SUFFIX}`)),
  )
  const { current, previous } = logPaths(logs)
  const files = [
    ...[...STORE_FILES, ...corrupt].map((name) => join(userData, name)),
    current,
    previous,
    ...dataFilesOf(data),
    ...[autostart, updates].filter((path) => path !== null),
  ]
  return [...files.filter((path) => existsSync(path)), ...(data !== null && overlap(userData, data) ? [] : [userData])]
}

/** Whether two folders are the same, or one is in the other. */
function overlap(...folders: readonly [string, string]): boolean {
  const [one, other] = folders.map((folder) => `${existsSync(folder) ? realpathSync(folder) : resolve(folder)}${sep}`)
  return one !== undefined && other !== undefined && (one.startsWith(other) || other.startsWith(one))
}

/** A headless server on this machine may use the same folder, demo mailbox and POP3 state included: then all of it stays. */
function dataFilesOf(data: string | null): readonly string[] {
  if (data === null || [DATA_FILES.config, DATA_FILES.counts, DATA_FILES.run].some((name) => existsSync(join(data, name)))) return []
  const { demo, pop3 } = DATA_FILES
  return [demo, `${demo}-wal`, `${demo}-shm`, pop3].map((name) => join(data, name))
}

/** Deletes what it can: Windows locks the files that Chromium has open until the app has ended. */
export function removeAppFiles(paths: readonly string[]): void {
  for (const path of paths) {
    try {
      rmSync(path, { recursive: true, force: true })
    } catch {
      // The others are still removed.
    }
  }
}

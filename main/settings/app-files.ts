/** The files that this app has written to the machine, and their removal. */
import { existsSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { DATA_FILES, SERVER_FILES } from '../../common/protocol/data-files.ts'
import { logPaths } from '../system/log.ts'
import { BACKUP_SUFFIX, STORE_NAMES } from '../system/store-file.ts'

export interface AppFileLocations {
  readonly userData: string
  readonly logs: string
  /** Of the bundled server: demo mailbox and POP3 state; null if it is not known. */
  readonly data: string | null
  /** Of downloaded updates. */
  readonly updates: string | null
  /** By which the system finds the app: the autostart entry of Linux, the shortcut of Windows. */
  readonly entries: readonly string[]
}

const STORE_FILES = STORE_NAMES.map((name) => `${name}.json`)

/** Existing files and folders; the last one is the folder that Chromium also uses. No folder that may hold a server's data. */
export function listAppFiles({ userData, logs, entries, data, updates }: AppFileLocations): readonly string[] {
  const corrupt = (existsSync(userData) ? readdirSync(userData) : []).filter((name) =>
    STORE_FILES.some((file) => name.startsWith(`${file}${BACKUP_SUFFIX}`)),
  )
  const { current, previous } = logPaths(logs)
  const files = [...[...STORE_FILES, ...corrupt].map((name) => join(userData, name)), current, previous, ...dataFilesOf(data), ...entries]
  const folders = [...(updates === null ? [] : [updates]), userData]
  const safe = folders.filter((folder) => !hasServer(folder) && (data === null || !(isWithin(data, folder) || isWithin(folder, data))))
  return [...files, ...safe].filter((path) => existsSync(path))
}

const hasServer = (folder: string): boolean => SERVER_FILES.some((name) => existsSync(join(folder, name)))

/**
 * Whether a folder is another one or lies in it, as its path says or as links lead. Compares what the system says of each
 * folder on the way up, because names may differ in case alone (macOS, Windows), and one folder may have two paths.
 */
function isWithin(inner: string, outer: string): boolean {
  const id = idOf(outer)
  const real = existsSync(inner) ? realpathSync.native(inner) : inner
  return id !== null && [inner, real].some((path) => wayUp(resolve(path)).some((folder) => idOf(folder) === id))
}

/** A path and all folders above it. */
const wayUp = (path: string): readonly string[] => (dirname(path) === path ? [path] : [path, ...wayUp(dirname(path))])

/** The device and the number on it; null if there is nothing. */
function idOf(path: string): string | null {
  try {
    const { dev, ino } = statSync(path, { bigint: true })
    return `${dev} ${ino}`
  } catch {
    return null
  }
}

/** A headless server on this machine may use the same folder, demo mailbox and POP3 state included: then these stay. */
function dataFilesOf(data: string | null): readonly string[] {
  if (data === null) return []
  const { appHistory, control, demo, pop3 } = DATA_FILES
  const shared = hasServer(data) ? [] : [...databaseFiles(demo), pop3]
  return [control, ...databaseFiles(appHistory), ...shared].map((name) => join(data, name))
}

const databaseFiles = (name: string): readonly string[] => [name, `${name}-wal`, `${name}-shm`]

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

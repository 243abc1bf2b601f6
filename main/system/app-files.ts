/** What this app has written to the machine, and how it goes: so that nothing stays behind that nobody named. */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { logPaths } from './log.ts'
import { ASIDE } from '../settings/store-file.ts'

export interface AppFileLocations {
  readonly userData: string
  readonly logs: string
  /** Of the demo mailbox, and of what was seen over POP3; null where it is not known. */
  readonly data: string | null
  /** Of updates that were downloaded. */
  readonly updates: string | null
  /** The entry of start at login, where that is a file. */
  readonly autostart: string | null
}

const STORE_FILES = ['settings.json', 'secrets.json', 'passphrase.json', 'last-look.json', 'told.json']

/** Files and folders that are there now; the last one is the folder that Chromium uses as well. */
export function listAppFiles({ userData, logs, autostart, data, updates }: AppFileLocations): readonly string[] {
  const corrupt = (existsSync(userData) ? readdirSync(userData) : []).filter((name) =>
    STORE_FILES.some((kept) => name.startsWith(`${kept}${ASIDE}`)),
  )
  const { current, previous } = logPaths(logs)
  const files = [
    ...[...STORE_FILES, ...corrupt].map((name) => join(userData, name)),
    current,
    previous,
    ...dataFilesOf(data),
    ...[autostart, updates].filter((path) => path !== null),
  ]
  return [...files.filter((path) => existsSync(path)), userData]
}

/** A headless server on this machine keeps its things there too, its demo mailbox and its POP3 accounts among them: then all of it stays. */
function dataFilesOf(data: string | null): readonly string[] {
  if (data === null || ['mailbell.yml', 'counts.sqlite', 'run.json'].some((name) => existsSync(join(data, name)))) return []
  return ['demo.sqlite', 'demo.sqlite-wal', 'demo.sqlite-shm', 'pop3'].map((name) => join(data, name))
}

/** Deletes what can be: Windows holds on to what Chromium has open until the app has ended. */
export function removeAppFiles(paths: readonly string[]): void {
  for (const path of paths) {
    try {
      rmSync(path, { recursive: true, force: true })
    } catch {
      // The rest goes all the same.
    }
  }
}

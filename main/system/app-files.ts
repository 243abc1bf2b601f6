/** What this app has written to the machine, and how it goes: so that nothing stays behind that nobody named. */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { logPaths } from './log.ts'
import { ASIDE } from '../settings/store-file.ts'

export interface Places {
  readonly userData: string
  readonly logs: string
  /** Of the demo mailbox, and of what was seen over POP3; null where it is not known. */
  readonly data: string | null
  /** Of updates that were downloaded. */
  readonly updates: string | null
  /** The entry of start at login, where that is a file. */
  readonly autostart: string | null
}

const KEPT = ['settings.json', 'secrets.json', 'passphrase.json', 'last-look.json', 'told.json']

/** Files and folders that are there now; the last one is the folder that Chromium uses as well. */
export function appFilesOf({ userData, logs, autostart, data, updates }: Places): readonly string[] {
  const aside = (existsSync(userData) ? readdirSync(userData) : []).filter((name) =>
    KEPT.some((kept) => name.startsWith(`${kept}${ASIDE}`)),
  )
  const { present, past } = logPaths(logs)
  const files = [
    ...[...KEPT, ...aside].map((name) => join(userData, name)),
    present,
    past,
    ...dataOf(data),
    ...[autostart, updates].filter((path) => path !== null),
  ]
  return [...files.filter((path) => existsSync(path)), userData]
}

/** A headless server on this machine keeps its things there too, its demo mailbox and its POP3 accounts among them: then all of it stays. */
function dataOf(data: string | null): readonly string[] {
  if (data === null || ['mailbell.yml', 'counts.sqlite', 'run.json'].some((name) => existsSync(join(data, name)))) return []
  return ['demo.sqlite', 'demo.sqlite-wal', 'demo.sqlite-shm', 'pop3'].map((name) => join(data, name))
}

/** Deletes what can be: Windows holds on to what Chromium has open until the app has ended. */
export function removeAppFiles(traces: readonly string[]): void {
  for (const path of traces) {
    try {
      rmSync(path, { recursive: true, force: true })
    } catch {
      // The rest goes all the same.
    }
  }
}

/** Reads the accounts that Thunderbird knows on this machine: its lists of profiles and their `prefs.js`, and nothing else. */
import { open, stat } from 'node:fs/promises'
import path from 'node:path'
import type { KnownAccount } from '../../../common/protocol/discovery.ts'
import { accountsOf, localFoldersOf } from './accounts.ts'
import { parsePreferences } from './prefs.ts'
import { type Machine, placesOf, profilesOf } from './profiles.ts'

const MAX_INI_BYTES = 64 * 1024
const MAX_PREFERENCES_BYTES = 4 * 1024 * 1024
const MAX_PROFILES = 10

export interface ThunderbirdAccounts {
  readonly accounts: readonly KnownAccount[]
  /** The mboxes that are the inboxes of its local folders and POP3 accounts. */
  readonly inboxes: readonly string[]
}

/** Never rejects: what cannot be read, is too large or is no profile is skipped. */
export async function readThunderbird(machine: Machine): Promise<ThunderbirdAccounts> {
  const { join, resolve } = machine.platform === 'win32' ? path.win32 : path.posix
  const accounts = new Map<string, KnownAccount>()
  const inboxes: string[] = []
  for (const place of placesOf(machine, { join })) {
    const profiles = profilesOf(
      await read(join(place, 'profiles.ini'), MAX_INI_BYTES),
      await read(join(place, 'installs.ini'), MAX_INI_BYTES),
    )
    for (const profile of profiles.slice(0, MAX_PROFILES)) {
      const folder = profile.isRelative ? resolve(place, profile.path) : profile.path
      const preferences = parsePreferences(await read(join(folder, 'prefs.js'), MAX_PREFERENCES_BYTES))
      for (const account of accountsOf(preferences)) {
        const { address } = account.discovery
        if (!accounts.has(address)) accounts.set(address, account)
      }
      for (const local of localFoldersOf(preferences)) {
        const inbox = join('relative' in local ? join(folder, local.relative) : local.absolute, 'Inbox')
        if (await sizeOf(inbox)) inboxes.push(inbox)
      }
    }
  }
  return { accounts: [...accounts.values()], inboxes }
}

/** Empty if it is missing, is no regular file, or is larger. */
async function read(file: string, maxBytes: number): Promise<string> {
  const size = await sizeOf(file)
  if (size === null || size > maxBytes) return ''
  try {
    const handle = await open(file)
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(size), 0, size, 0)
      return buffer.toString('utf8', 0, bytesRead)
    } finally {
      await handle.close()
    }
  } catch {
    return ''
  }
}

/** Null for anything but a regular file: opening a pipe would wait for its writer. */
async function sizeOf(file: string): Promise<number | null> {
  try {
    const stats = await stat(file)
    return stats.isFile() ? stats.size : null
  } catch {
    return null
  }
}

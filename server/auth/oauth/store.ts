/**
 * Where tokens are stored: a private file for each account, in `oauth` of the data directory. It is read each time,
 * because `mailbell login` writes it while a server runs.
 */
import { createHash } from 'node:crypto'
import { existsSync, type FSWatcher, watch } from 'node:fs'
import { open, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { errorCodeOf } from '../../../common/errors.ts'
import { DATA_FILES } from '../../../common/protocol/data-files.ts'
import { makePrivateFolder, writePrivately } from '../../platform/private-file.ts'

export const StoredTokensSchema = z.object({
  account: z.string(),
  /** The client that they were granted to; another client cannot use them. */
  clientId: z.string(),
  refreshToken: z.string().optional(),
  accessToken: z.string(),
  /** Epoch milliseconds; absent if the provider names no expiry. */
  expiresAtMs: z.number().optional(),
})
export type StoredTokens = z.infer<typeof StoredTokensSchema>

export interface TokenStore {
  /** Null if there are none for this account and client, or none that can be read. */
  read(account: string, clientId: string): Promise<StoredTokens | null>
  /** Whether there may be some for this account, of any client. */
  has(account: string): boolean
  /** Resolves once they are stored. */
  write(tokens: StoredTokens): Promise<void>
  remove(account: string): Promise<void>
  /** Runs `work` while no other work for this account runs, in this process or another. */
  exclusive<T>(account: string, work: () => Promise<T>): Promise<T>
  /** Notifies every process that watches this store. */
  announceSignIn(): Promise<void>
  /** Calls `listener` after each sign-in, until it is closed. */
  watchSignIns(listener: () => void): { close(): void }
}

/** Touched after each sign-in; its content is irrelevant. */
const SIGNED_IN = 'signed-in'

export function createTokenStore(dataDir: string): TokenStore {
  const folder = join(dataDir, DATA_FILES.oauth)
  /** An account's id is arbitrary text, and never a path. */
  const fileOf = (account: string): string => join(folder, `${createHash('sha256').update(account).digest('hex')}.json`)

  return {
    async read(account, clientId) {
      try {
        const stored = StoredTokensSchema.parse(JSON.parse(await readFile(fileOf(account), 'utf8')))
        return stored.account === account && stored.clientId === clientId ? stored : null
      } catch {
        return null
      }
    },
    has: (account) => existsSync(fileOf(account)),
    write: (tokens) => writePrivately(fileOf(tokens.account), JSON.stringify(tokens)),
    async remove(account) {
      await rm(fileOf(account), { force: true })
    },
    async exclusive(account, work) {
      makePrivateFolder(folder)
      const lock = `${fileOf(account)}.lock`
      await acquire(lock)
      try {
        return await work()
      } finally {
        await rm(lock, { force: true })
      }
    },
    async announceSignIn() {
      await writePrivately(join(folder, SIGNED_IN), new Date().toISOString())
    },
    watchSignIns(listener) {
      let watcher: FSWatcher | null = null
      try {
        makePrivateFolder(folder)
        watcher = watch(folder, (_, name) => {
          if (name === SIGNED_IN) listener()
        })
        watcher.on('error', () => undefined)
        watcher.unref()
      } catch {
        // Where the data directory cannot be written or watched, the next kick or start finds the new tokens.
      }
      return { close: () => watcher?.close() }
    },
  }
}

/** The process that held a lock for longer has died: a refresh has one minute. */
const STALE_MS = 90_000
const RETRY_MS = 100

/** Creates the lock file as soon as no other process has it. */
async function acquire(lock: string): Promise<void> {
  let seen = { mtimeMs: Number.NaN, sinceMs: 0 }
  for (;;) {
    try {
      return await (await open(lock, 'wx', 0o600)).close()
    } catch (error) {
      if (errorCodeOf(error) !== 'EEXIST') throw error
    }
    const { mtimeMs } = await stat(lock).catch(() => ({ mtimeMs: Date.now() }))
    if (mtimeMs !== seen.mtimeMs) seen = { mtimeMs, sinceMs: performance.now() }
    // Its own time may lie in the future, after the clock was set back.
    const ageMs = Math.max(Date.now() - mtimeMs, performance.now() - seen.sinceMs)
    if (ageMs > STALE_MS) await rm(lock, { force: true })
    else await delay(RETRY_MS)
  }
}

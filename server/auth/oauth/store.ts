/**
 * Where tokens are kept: a file for each account in `oauth` of the data directory, which nobody else may read. It is
 * read anew each time, for `mailbell login` writes it while a server runs.
 */
import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { writePrivately } from '../../platform/private-file.ts'

export const StoredTokensSchema = z.object({
  account: z.string(),
  /** Who gave them: tokens of one client are none of another's. */
  clientId: z.string(),
  refreshToken: z.string().optional(),
  accessToken: z.string(),
  /** Epoch milliseconds; absent where the provider does not say. */
  expiresAtMs: z.number().optional(),
})
export type StoredTokens = z.infer<typeof StoredTokensSchema>

export interface TokenStore {
  /** Null where there are none for this account and client, or none that can be read. */
  read(account: string, clientId: string): Promise<StoredTokens | null>
  /** Resolves once they are on the disk. */
  write(tokens: StoredTokens): Promise<void>
  remove(account: string): Promise<void>
  /** Does `work` while nobody else does any for this account, not even another process. */
  alone<T>(account: string, work: () => Promise<T>): Promise<T>
}

/** Where this process keeps tokens, and what a person does who must sign in again. */
export interface TokenKeeping {
  storeIn(dataDir: string): TokenStore
  advice(account: string): string
}

let keeping: TokenKeeping = { storeIn: createTokenStore, advice: (account) => `mailbell login ${account}` }

/** Chosen once, where the process is put together; without it tokens are kept in files. */
export function keepTokensBy(other: TokenKeeping): void {
  keeping = other
}

export const tokenStoreOf = (dataDir: string): TokenStore => keeping.storeIn(dataDir)
export const signInAdvice = (account: string): string => keeping.advice(account)

export const oauthFolder = (dataDir: string): string => join(dataDir, 'oauth')

/** Changed by whoever has signed somebody in: what it means is said by its being written, not by what it says. */
export const SIGNED_IN = 'signed-in'

export function createTokenStore(dataDir: string): TokenStore {
  const folder = oauthFolder(dataDir)
  /** An account's id is anybody's text, and never a path. */
  const fileOf = (account: string): string => join(folder, `${createHash('sha256').update(account).digest('hex')}.json`)

  return {
    async read(account, clientId) {
      try {
        const kept = StoredTokensSchema.parse(JSON.parse(await readFile(fileOf(account), 'utf8')))
        return kept.account === account && kept.clientId === clientId ? kept : null
      } catch {
        return null
      }
    },
    write: (tokens) => writePrivately(fileOf(tokens.account), JSON.stringify(tokens)),
    async remove(account) {
      await rm(fileOf(account), { force: true })
    },
    async alone(account, work) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const lock = `${fileOf(account)}.lock`
      await take(lock)
      try {
        return await work()
      } finally {
        await rm(lock, { force: true })
      }
    },
  }
}

/** Whoever holds a lock for longer has died with it: a renewal has a minute. */
const STALE_MS = 90_000
const LOOK_AGAIN_MS = 100

/** Makes the file, once nobody else has it. */
async function take(lock: string): Promise<void> {
  for (;;) {
    try {
      return await (await open(lock, 'wx', 0o600)).close()
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
    const { mtimeMs } = await stat(lock).catch(() => ({ mtimeMs: Date.now() }))
    if (Date.now() - mtimeMs > STALE_MS) await rm(lock, { force: true })
    else await delay(LOOK_AGAIN_MS)
  }
}

/** Tells a running server that somebody has signed in. */
export async function tellSignedIn(dataDir: string): Promise<void> {
  await mkdir(oauthFolder(dataDir), { recursive: true, mode: 0o700 })
  const file = await open(join(oauthFolder(dataDir), SIGNED_IN), 'w', 0o600)
  try {
    await file.writeFile(new Date().toISOString())
  } finally {
    await file.close()
  }
}

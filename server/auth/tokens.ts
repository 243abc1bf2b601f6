/** Access tokens of clients: stored as SHA-256 hashes, compared in constant time. */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { isToken } from '../../common/protocol/credentials.ts'
import type { AccountIds, TokenScope } from '../../common/protocol/wire.ts'

/** A token in the config: only the hash, never the secret. */
export interface TokenConfig {
  /** Unique. */
  readonly name: string
  /** SHA-256 of the secret, 64 hexadecimal digits. */
  readonly sha256: string
  readonly scopes: readonly TokenScope[]
  readonly accounts: AccountIds
}

export type Token = ReturnType<typeof tokenOf>
export type Tokens = ReturnType<typeof createTokens>

/** 256 random bits, in characters that need no quoting in a shell, a header or YAML. */
export const newTokenSecret = (): string => randomBytes(32).toString('base64url')

/** The stored form of a secret. A plain hash is enough, because a secret is random and long, unlike a password. */
export const sha256Of = (secret: string): string => hash('sha256', secret, 'hex')

/** The headers of a request have 8 KiB. */
const MAX_LENGTH = 4_096

/** What is wrong with a secret that no request can carry, as the end of a sentence; undefined for others. */
export function tokenErrorOf(secret: string): string | undefined {
  if (secret.length > MAX_LENGTH) return `is too long; a token has at most ${MAX_LENGTH} characters`
  if (isToken(secret)) return undefined
  if (secret.trim() !== secret) return 'has blanks around it; remove them'
  return 'has a character that no token may have; use letters, digits and - . _ ~ + /'
}

/** The secret in an `Authorization` header; undefined if it holds none that a token may have. */
export function secretOf(authorization: string | undefined): string | undefined {
  const secret = /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1]
  return secret !== undefined && isToken(secret) ? secret : undefined
}

const MAX_HEADERS = 1_000

export function createTokens(given: readonly TokenConfig[]) {
  let configs: readonly TokenConfig[] = []
  let byHash = new Map<string, { readonly digest: Buffer; readonly token: Token }>()
  /** Of accepted headers only, so that no stranger can fill it: clients send the same one with each request. */
  const byHeader = new Map<string, Token>()

  /** Accepts exactly these tokens from now on. Returns the names of those that are gone or changed. */
  function replace(next: readonly TokenConfig[]): ReadonlySet<string> {
    const byName = new Map(next.map((config) => [config.name, config]))
    const gone = configs.filter((config) => !isDeepStrictEqual(byName.get(config.name), config))
    configs = next
    byHeader.clear()
    byHash = new Map(
      next.map((config) => [config.sha256.toLowerCase(), { digest: Buffer.from(config.sha256, 'hex'), token: tokenOf(config) }]),
    )
    return new Set(gone.map(({ name }) => name))
  }

  replace(given)
  return {
    replace,
    /** The token of an `Authorization` header, or null. */
    find(authorization: string | undefined): Token | null {
      const accepted = authorization === undefined ? undefined : byHeader.get(authorization)
      if (accepted) return accepted
      const secret = secretOf(authorization)
      if (secret === undefined || authorization === undefined) return null
      const digest = hash('sha256', secret, 'buffer')
      // The lookup's timing reveals at most something of the hash, which does not lead to the secret.
      const known = byHash.get(digest.toString('hex'))
      if (!known || !timingSafeEqual(known.digest, digest)) return null
      if (byHeader.size >= MAX_HEADERS) byHeader.clear()
      // Copied: a part of the request's text would keep all of that in memory.
      byHeader.set(Buffer.from(authorization, 'latin1').toString('latin1'), known.token)
      return known.token
    },
  }
}

/** What a token allows. */
function tokenOf({ name, scopes, accounts }: TokenConfig) {
  const allowed = new Set(scopes)
  const covered = accounts === '*' ? null : new Set(accounts)
  return {
    name,
    accounts,
    allows: (scope: TokenScope): boolean => allowed.has(scope),
    /** True if the token may read, and with the right scope change, this account. */
    covers: (account: string): boolean => covered?.has(account) ?? true,
  }
}

/** Tokens: kept as SHA-256 hashes, compared in constant time. */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { AccountIds, TokenScope } from '../../common/protocol/wire.ts'

/** A token as the server keeps it: never the secret, only its hash. */
export interface TokenConfig {
  readonly name: string
  /** SHA-256 of the secret, 64 hexadecimal digits. */
  readonly sha256: string
  readonly scopes: readonly TokenScope[]
  readonly accounts: AccountIds
}

/** A token as a request is checked against it. */
export interface Token {
  readonly name: string
  readonly accounts: AccountIds
  allows(scope: TokenScope): boolean
  /** True where the token may see, and with the right scope change, this account. */
  covers(account: string): boolean
}

export interface Tokens {
  /** Whose token an `Authorization` header holds, or null. */
  find(authorization: string | undefined): Token | null
}

/** A new secret of 256 random bits, in characters that need no quoting in a shell, a header or YAML. */
export const newTokenSecret = (): string => randomBytes(32).toString('base64url')

/** What the server keeps of a secret. A plain hash is enough, for a secret is random and long, not a password. */
export const sha256Of = (secret: string): string => hash('sha256', secret, 'hex')

export function createTokens(configs: readonly TokenConfig[]): Tokens {
  const byHash = new Map(
    configs.map((config) => [config.sha256.toLowerCase(), { digest: Buffer.from(config.sha256, 'hex'), token: tokenOf(config) }]),
  )
  return {
    find(authorization) {
      const secret = /^bearer +([\w\-.~+/]+=*) *$/i.exec(authorization ?? '')?.[1]
      if (secret === undefined) return null
      const digest = hash('sha256', secret, 'buffer')
      // The Map is searched by the hash: its timing tells of the hash at most, from which no secret is found.
      const known = byHash.get(digest.toString('hex'))
      return known && timingSafeEqual(known.digest, digest) ? known.token : null
    },
  }
}

function tokenOf({ name, scopes, accounts }: TokenConfig): Token {
  const allowed = new Set(scopes)
  const covered = accounts === '*' ? null : new Set(accounts)
  return { name, accounts, allows: (scope) => allowed.has(scope), covers: (account) => covered?.has(account) ?? true }
}

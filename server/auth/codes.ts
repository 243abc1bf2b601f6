/**
 * One-time codes, which stand for a token in a link. A store holds only the hash of a code, and the token sealed with the
 * code, so that neither the store's memory nor a database reveals either of them.
 */
import { createCipheriv, createDecipheriv, hash } from 'node:crypto'
import { CODE_LENGTH } from '../../common/protocol/credentials.ts'
import { sha256Of } from './tokens.ts'

export type Redeemed<Value> =
  | { readonly kind: 'redeemed'; readonly value: Value }
  /** `unavailable`: the database cannot be reached. */
  | { readonly kind: 'used' | 'unknown' | 'unavailable' }

type Put = 'stored' | 'full' | 'unavailable'
type Created = { readonly kind: 'created'; readonly code: string } | { readonly kind: Exclude<Put, 'stored'> }

/** THE PORT of the place where codes wait: the memory of this process (createCodeStore), or a database of several machines. */
export interface CodeStore {
  /**
   * Stores what the code with this hash stands for.
   * @param owner whose code it is: the number of codes is bounded per owner
   * @returns `full` if there are too many
   */
  put(codeHash: string, owner: string, sealed: Buffer, validMs: number): Put | Promise<Put>
  /** Once; `used` until the code would have expired. */
  take(codeHash: string): Redeemed<Buffer> | Promise<Redeemed<Buffer>>
}

export interface TokenOfCode {
  /** The name of the token. */
  readonly name: string
  readonly secret: string
}

export type Codes = ReturnType<typeof createCodes>

/** 144 bits, in characters that need no quoting. */
const CODE_BYTES = (CODE_LENGTH * 6) / 8

/** @param random returns this number of random bytes */
export function createCodes(store: CodeStore, random: (bytes: number) => Buffer) {
  return {
    /** A code that `redeem` exchanges for the token, once and within `validMs`. */
    async create({ name, secret }: TokenOfCode, validMs: number): Promise<Created> {
      const code = random(CODE_BYTES).toString('base64url')
      const put = await store.put(sha256Of(code), name, seal(code, secret), validMs)
      return put === 'stored' ? { kind: 'created', code } : { kind: put }
    },
    async redeem(code: string): Promise<Redeemed<string>> {
      const taken = await store.take(sha256Of(code))
      return taken.kind === 'redeemed' ? { kind: 'redeemed', value: unseal(code, taken.value) } : taken
    },
  }
}

export const CODE_CAPS = { perOwner: 100, total: 10_000 }

/** @param now monotonic milliseconds */
export function createCodeStore(now: () => number, caps: Readonly<typeof CODE_CAPS> = CODE_CAPS): CodeStore {
  /** `sealed` is null once the code is used. */
  const codes = new Map<string, { readonly owner: string; readonly sealed: Buffer | null; readonly endsAtMs: number }>()

  function removeExpired(): void {
    for (const [codeHash, { endsAtMs }] of codes) if (endsAtMs <= now()) codes.delete(codeHash)
  }

  return {
    put(codeHash, owner, sealed, validMs) {
      removeExpired()
      const own = codes.values().filter((code) => code.owner === owner)
      if (codes.size >= caps.total || [...own].length >= caps.perOwner) return 'full'
      codes.set(codeHash, { owner, sealed, endsAtMs: now() + validMs })
      return 'stored'
    },
    take(codeHash) {
      const code = codes.get(codeHash)
      if (!code || code.endsAtMs <= now()) return { kind: 'unknown' }
      if (code.sealed === null) return { kind: 'used' }
      codes.set(codeHash, { ...code, sealed: null })
      return { kind: 'redeemed', value: code.sealed }
    },
  }
}

const CIPHER = 'aes-256-gcm'
/** Each key seals one text, so it needs no nonce of its own. */
const NONCE = Buffer.alloc(12)
const TAG_BYTES = 16
/** Another hash than that of the store. */
const keyOf = (code: string): Buffer => hash('sha256', `mailbell token sealed with ${code}`, 'buffer')

function seal(code: string, secret: string): Buffer {
  const cipher = createCipheriv(CIPHER, keyOf(code), NONCE)
  return Buffer.concat([cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()])
}

function unseal(code: string, sealed: Buffer): string {
  const decipher = createDecipheriv(CIPHER, keyOf(code), NONCE).setAuthTag(sealed.subarray(-TAG_BYTES))
  return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]).toString('utf8')
}

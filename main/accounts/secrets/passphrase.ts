/**
 * Secrets sealed with a passphrase, for systems without a keyring: scrypt derives the key (RFC 7914), AES-256-GCM seals.
 * The name of a secret is bound to its ciphertext as additional data, so that none can replace another.
 */
import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { z } from 'zod'

/** The cost of scrypt; `N` is a power of two. It needs 128 · N · r bytes. */
type Cost = Pick<SealedFile['kdf'], 'N' | 'r' | 'p'>

/** 128 MiB and a few tenths of a second, as OWASP recommends. */
const COST: Cost = { N: 2 ** 17, r: 8, p: 1 }
/** A file from elsewhere could require all the memory there is. */
const MAX_BYTES = 512 * 1024 * 1024
const SALT_BYTES = 32
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** Sealed with a name that no secret has: it opens only with the right key. */
const CHECK = 'passphrase'

const base64 = z.base64().max(1_000_000)

/** Each sealed text is base64 of nonce, ciphertext and tag. */
export const SealedFile = z.strictObject({
  version: z.literal(1),
  kdf: z
    .strictObject({
      name: z.literal('scrypt'),
      N: z.int().min(2 ** 14),
      r: z.int().min(1),
      p: z.int().min(1).max(16),
      salt: base64,
    })
    .refine(({ N, r }) => Number.isInteger(Math.log2(N)) && 128 * N * r <= MAX_BYTES, 'This cost is not allowed.'),
  check: base64,
  secrets: z.record(z.string().max(2000), base64),
})
export type SealedFile = z.infer<typeof SealedFile>

/** Stays in memory while the file is open. */
export type PassphraseKey = Awaited<ReturnType<typeof keyOf>>

const derive = promisify<Buffer, Buffer, number, Cost & { maxmem: number }, Buffer>(scrypt)

async function keyOf(passphrase: string, salt: Buffer, { N, r, p }: Cost) {
  // Another keyboard may compose the characters of the same passphrase differently.
  const key = await derive(Buffer.from(passphrase.normalize('NFKC')), salt, KEY_BYTES, { N, r, p, maxmem: MAX_BYTES + 2 ** 20 })
  return {
    seal(name: string, secret: string): string {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(boundTo(name))
      return Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64')
    },
    /** Undefined if it was not sealed with this key and name. */
    open(name: string, sealed: string): string | undefined {
      const bytes = Buffer.from(sealed, 'base64')
      if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
      decipher.setAAD(boundTo(name)).setAuthTag(bytes.subarray(-TAG_BYTES))
      try {
        return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8')
      } catch {
        return undefined
      }
    },
  }
}

const boundTo = (name: string): Buffer => Buffer.from(`mailbell secret 1\0${name}`)

/** A new file of these secrets, with a salt of its own. */
export async function sealAll(passphrase: string, secrets: ReadonlyMap<string, string>, cost: Cost = COST) {
  const salt = randomBytes(SALT_BYTES)
  const key = await keyOf(passphrase, salt, cost)
  const sealed = Array.from(secrets, ([name, secret]) => [name, key.seal(name, secret)] as const)
  const file: SealedFile = {
    version: 1,
    kdf: { name: 'scrypt', ...cost, salt: salt.toString('base64') },
    check: key.seal(CHECK, ''),
    secrets: Object.fromEntries(sealed),
  }
  return { file, key }
}

/** Null if the passphrase is wrong. */
export async function openSealed(passphrase: string, { kdf, check }: SealedFile): Promise<PassphraseKey | null> {
  const key = await keyOf(passphrase, Buffer.from(kdf.salt, 'base64'), kdf)
  return key.open(CHECK, check) === undefined ? null : key
}

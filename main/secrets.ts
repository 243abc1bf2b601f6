/**
 * Passwords and tokens, encrypted by the system's keyring (safeStorage) in a file of their own. Where the system has
 * no keyring they live in memory for this run only: never in plain text on disk.
 */
import type { SafeStorage } from 'electron'
import type { Log } from './log.ts'

export type Keyring = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>

/** `unreadable`: it is kept, but this keyring cannot read it; another login or a restored keyring may. */
type ReadSecret = { readonly kind: 'secret'; readonly value: string } | { readonly kind: 'missing' } | { readonly kind: 'unreadable' }

export interface Secrets {
  /** False where secrets are forgotten when the app ends. */
  readonly lasting: boolean
  read(key: string): Promise<ReadSecret>
  keep(key: string, secret: string): Promise<void>
  forget(key: string): void
}

/** Keys of secrets: an account's password and a server's token never meet. */
export const passwordKey = (account: string): string => `account:${account}`
export const tokenKey = (serverId: string): string => `server:${serverId}`

/** Where ciphertexts are kept, in base64. */
export interface SecretFile {
  get(key: string): string | undefined
  set(key: string, ciphertext: string): void
  delete(key: string): void
}

export interface SecretsDeps {
  readonly keyring: Keyring
  readonly file: SecretFile
  readonly platform: NodeJS.Platform
  readonly log: Log
}

/** After the app's `ready`. */
export async function createSecrets({ keyring, file, platform, log }: SecretsDeps): Promise<Secrets> {
  const lasting = await isTrustworthy(keyring, platform)
  const memory = new Map<string, string>()

  async function write(key: string, secret: string): Promise<void> {
    file.set(key, (await keyring.encryptStringAsync(secret)).toString('base64'))
  }

  async function decrypt(key: string, ciphertext: string): Promise<ReadSecret> {
    try {
      const { result, shouldReEncrypt } = await keyring.decryptStringAsync(Buffer.from(ciphertext, 'base64'))
      // The key was changed: the old ciphertext may not be readable for long.
      if (shouldReEncrypt) await write(key, result)
      return { kind: 'secret', value: result }
    } catch (error) {
      log.warn({ key, reason: String(error) }, 'the keyring cannot read a secret')
      return { kind: 'unreadable' }
    }
  }

  return {
    lasting,
    async read(key) {
      const remembered = memory.get(key)
      if (remembered !== undefined) return { kind: 'secret', value: remembered }
      const ciphertext = file.get(key)
      if (ciphertext === undefined) return { kind: 'missing' }
      return lasting ? await decrypt(key, ciphertext) : { kind: 'unreadable' }
    },
    async keep(key, secret) {
      if (lasting) await write(key, secret)
      else memory.set(key, secret)
    },
    forget(key) {
      memory.delete(key)
      file.delete(key)
    },
  }
}

/** Linux without a keyring encrypts with a password that everybody knows (`basic_text`), which is as good as none. */
async function isTrustworthy(keyring: Keyring, platform: NodeJS.Platform): Promise<boolean> {
  if (!(await keyring.isAsyncEncryptionAvailable())) return false
  return platform !== 'linux' || keyring.getSelectedStorageBackend() !== 'basic_text'
}

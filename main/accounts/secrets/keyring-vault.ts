/** Secrets that the system's keyring (safeStorage) encrypts, in a file of their own. */
import type { SafeStorage } from 'electron'
import type { Log } from '../../system/log.ts'
import type { SecretFile } from './secret-file.ts'

export type Keyring = Pick<SafeStorage, 'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync'>

/** `unreadable`: it is stored, but cannot be decrypted here; `locked`: it waits for the passphrase. */
export type ReadSecret = { readonly kind: 'secret'; readonly value: string } | { readonly kind: 'missing' | 'unreadable' | 'locked' }

export interface Vault {
  read(key: string): Promise<ReadSecret>
  save(key: string, secret: string): Promise<void>
}

export function createKeyringVault(keyring: Keyring, file: SecretFile, log: Log): Vault {
  async function save(key: string, secret: string): Promise<void> {
    file.set(key, (await keyring.encryptStringAsync(secret)).toString('base64'))
  }
  return {
    async read(key) {
      const ciphertext = file.get(key)
      if (ciphertext === undefined) return { kind: 'missing' }
      try {
        const { result, shouldReEncrypt } = await keyring.decryptStringAsync(Buffer.from(ciphertext, 'base64'))
        // The key has changed: the old ciphertext may soon be unreadable.
        if (shouldReEncrypt) await save(key, result)
        return { kind: 'secret', value: result }
      } catch (error) {
        log.warn({ reason: String(error) }, 'the keyring cannot read a secret')
        return { kind: 'unreadable' }
      }
    },
    save,
  }
}

/** The first bytes of what a fixed password has encrypted, which protects nothing. */
const FIXED_PASSWORD = 'v10'

/**
 * Linux without a keyring, or with one that the user did not unlock, encrypts with a fixed password. Only a trial shows that:
 * Electron names the backend after the desktop, whether that has a keyring or not.
 */
export async function isTrustworthy(keyring: Keyring, platform: NodeJS.Platform): Promise<boolean> {
  if (!(await keyring.isAsyncEncryptionAvailable())) return false
  return platform !== 'linux' || !(await keyring.encryptStringAsync('trial')).toString('latin1').startsWith(FIXED_PASSWORD)
}

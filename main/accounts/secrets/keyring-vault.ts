/** Secrets encrypted by the system's keyring (safeStorage), in a file of their own. */
import type { SafeStorage } from 'electron'
import type { Log } from '../../system/log.ts'
import type { SecretFile, Vault } from './secrets.ts'

export type Keyring = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
>

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
        // The key was changed: the old ciphertext may not be readable for long.
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

/** Linux without a keyring encrypts with a password that everybody knows (`basic_text`), which is as good as none. */
export async function isTrustworthy(keyring: Keyring, platform: NodeJS.Platform): Promise<boolean> {
  if (!(await keyring.isAsyncEncryptionAvailable())) return false
  return platform !== 'linux' || keyring.getSelectedStorageBackend() !== 'basic_text'
}

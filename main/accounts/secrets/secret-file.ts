/** The files of the secrets. An unreadable one is put aside; its secrets are then missing. */
import { openStore, type StoreLocation } from '../../system/store-file.ts'
import type { SecretFile } from './keyring-vault.ts'
import { SealedFile } from './passphrase.ts'
import type { SealedStore } from './secrets.ts'

/** What the keyring has encrypted. */
export function openSecretFile(location: StoreLocation): SecretFile {
  const rootSchema = { additionalProperties: { type: 'string' } } as const
  const { store } = openStore<Record<string, string>>(location, { name: 'secrets', rootSchema })
  return {
    get: (key) => (store.has(key) ? store.get(key) : undefined),
    set: (key, ciphertext) => store.set(key, ciphertext),
    delete: (key) => store.delete(key),
  }
}

/** What a passphrase has sealed; docs/decisions.md describes the format. */
export function openSealedStore(location: StoreLocation): SealedStore {
  const { store } = openStore<{ sealed?: SealedFile }>(location, {
    name: 'passphrase',
    isValid: ({ sealed }) => sealed === undefined || SealedFile.safeParse(sealed).success,
  })
  return {
    read: () => store.get('sealed') ?? null,
    write: (file) => (file ? store.set('sealed', file) : store.delete('sealed')),
  }
}

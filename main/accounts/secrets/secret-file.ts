/** The files of the secrets. An unreadable one is put aside; its secrets are then missing. */
import { openStore, type StoreLocation } from '../../system/store-file.ts'
import { SealedFile } from './passphrase.ts'

export type SecretFile = ReturnType<typeof openSecretFile>
export type SealedStore = ReturnType<typeof openSealedStore>

/** What the keyring has encrypted, in base64. */
export function openSecretFile(location: StoreLocation) {
  const rootSchema = { additionalProperties: { type: 'string' } } as const
  const { store } = openStore<Record<string, string>>(location, { name: 'secrets', rootSchema })
  return {
    get: (key: string): string | undefined => (store.has(key) ? store.get(key) : undefined),
    set: (key: string, ciphertext: string): void => store.set(key, ciphertext),
    delete: (key: string): void => store.delete(key),
  }
}

/** What a passphrase has sealed; docs/decisions.md describes the format. Writes are atomic. */
export function openSealedStore(location: StoreLocation) {
  const { store } = openStore<{ sealed?: SealedFile }>(location, {
    name: 'passphrase',
    isValid: ({ sealed }) => sealed === undefined || SealedFile.safeParse(sealed).success,
  })
  return {
    read: (): SealedFile | null => store.get('sealed') ?? null,
    write: (file: SealedFile | null): void => (file ? store.set('sealed', file) : store.delete('sealed')),
  }
}

/** The files of the secrets. One that cannot be read is kept aside; its secrets then count as missing. */
import { SealedFile } from './passphrase.ts'
import type { SealedStore, SecretFile } from './secrets.ts'
import { openStore } from '../../settings/store-file.ts'

interface FileOptions {
  readonly dir: string
  readonly version: string
  readonly nowMs: number
}

/** What the keyring has encrypted. */
export function openSecretFile({ dir, version, nowMs }: FileOptions): SecretFile {
  const { store } = openStore<Record<string, string>>(
    { cwd: dir, name: 'secrets', projectVersion: version, rootSchema: { additionalProperties: { type: 'string' } } },
    nowMs,
  )
  return {
    get: (key) => (store.has(key) ? store.get(key) : undefined),
    set: (key, ciphertext) => store.set(key, ciphertext),
    delete: (key) => store.delete(key),
  }
}

const isWhole = ({ sealed }: { readonly sealed?: unknown }): boolean => sealed === undefined || SealedFile.safeParse(sealed).success

/** What a passphrase has sealed; docs/decisions.md says the format. */
export function openSealedStore({ dir, version, nowMs }: FileOptions): SealedStore {
  const { store } = openStore<{ sealed?: SealedFile }>({ cwd: dir, name: 'passphrase', projectVersion: version, isWhole }, nowMs)
  return {
    read: () => store.get('sealed') ?? null,
    write: (file) => (file ? store.set('sealed', file) : store.delete('sealed')),
  }
}

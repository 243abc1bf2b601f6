import type { SecretFile } from './secrets.ts'
import { openStore } from './store-file.ts'

/** The file of the ciphertexts. One that cannot be read is kept aside; its secrets then count as missing. */
export function openSecretFile(options: { readonly dir: string; readonly version: string; readonly nowMs: number }): SecretFile {
  const { store } = openStore<Record<string, string>>(
    { cwd: options.dir, name: 'secrets', projectVersion: options.version, rootSchema: { additionalProperties: { type: 'string' } } },
    options.nowMs,
  )
  return {
    get: (key) => (store.has(key) ? store.get(key) : undefined),
    set: (key, ciphertext) => store.set(key, ciphertext),
    delete: (key) => store.delete(key),
  }
}

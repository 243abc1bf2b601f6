/**
 * Passwords and tokens: in the system's keyring, or sealed by a passphrase that the person types at each start, or in
 * memory for this run only. Never in plain text on disk.
 */
import { createSerialQueue } from '../../../common/async/serial-queue.ts'
import { createKeyringVault, isTrustworthy, type Keyring } from './keyring-vault.ts'
import type { Log } from '../../system/log.ts'
import { type Opened, openSealed, sealAll, type SealedFile } from './passphrase.ts'

/** `unreadable`: it is kept, but not by what can be read here; `locked`: it waits for the passphrase. */
type ReadSecret =
  | { readonly kind: 'secret'; readonly value: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'locked' }

export interface Vault {
  read(key: string): Promise<ReadSecret>
  save(key: string, secret: string): Promise<void>
}

export interface Secrets extends Vault {
  readonly storage: 'keyring' | 'passphrase' | 'memory'
  /** The passphrase was not typed in this run yet. */
  readonly locked: boolean
  delete(key: string): Promise<void>
  /** False where it is another passphrase, and nothing was open before. */
  unlock(passphrase: string): Promise<boolean>
  /** Seals all secrets that are known by a new passphrase. Nothing may be locked. */
  setPassphrase(passphrase: string): Promise<void>
  /** Whether it is the present one. */
  isCurrent(passphrase: string): Promise<boolean>
  /** Gives the secrets back to the keyring, or to this run's memory. */
  removePassphrase(): Promise<void>
  /** For one that was forgotten: what it sealed is gone. */
  reset(): Promise<void>
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

/** Where what a passphrase seals is kept. */
export interface SealedStore {
  read(): SealedFile | null
  /** In one piece, or not at all. */
  write(file: SealedFile | null): void
}

export interface SecretsDeps {
  readonly keyring: Keyring
  readonly file: SecretFile
  readonly sealed: SealedStore
  readonly platform: NodeJS.Platform
  readonly log: Log
}

/** After the app's `ready`. */
export async function createSecrets({ keyring, file, sealed, platform, log }: SecretsDeps): Promise<Secrets> {
  const lasting = (await isTrustworthy(keyring, platform)) ? createKeyringVault(keyring, file, log) : null
  const memory = new Map<string, string>()
  let sealedFile = sealed.read()
  let opened: Opened | null = null

  function become(next: SealedFile | null, key: Opened | null): void {
    sealed.write(next)
    sealedFile = next
    opened = key
  }

  /** All that the passphrase seals, opened. */
  function openAll(): Map<string, string> {
    const all = new Map<string, string>()
    for (const [key, text] of Object.entries(sealedFile?.secrets ?? {})) {
      const secret = opened?.open(key, text)
      if (secret !== undefined) all.set(key, secret)
    }
    return all
  }

  function readSealed({ secrets }: SealedFile, key: string): ReadSecret {
    if (!opened) return { kind: 'locked' }
    const text = Object.hasOwn(secrets, key) ? secrets[key] : undefined
    if (text === undefined) return { kind: 'missing' }
    const secret = opened.open(key, text)
    return secret === undefined ? { kind: 'unreadable' } : { kind: 'secret', value: secret }
  }

  /** What changes the secrets is done one thing after the other: sealing takes its time. */
  const enqueue = createSerialQueue()

  async function readUnsealed(key: string): Promise<ReadSecret> {
    if (lasting) return await lasting.read(key)
    const value = memory.get(key)
    if (value !== undefined) return { kind: 'secret', value }
    return { kind: file.get(key) === undefined ? 'missing' : 'unreadable' }
  }

  return {
    get storage() {
      return sealedFile ? 'passphrase' : lasting ? 'keyring' : 'memory'
    },
    get locked() {
      return sealedFile !== null && opened === null
    },
    async read(key) {
      const secret = sealedFile ? readSealed(sealedFile, key) : null
      // A keyring that was there before the passphrase may know more.
      return secret && secret.kind !== 'missing' ? secret : await readUnsealed(key)
    },
    save: (key, secret) =>
      enqueue(async () => {
        if (sealedFile) {
          if (!opened) throw new Error('The secrets are locked: type the passphrase first.')
          become({ ...sealedFile, secrets: { ...sealedFile.secrets, [key]: opened.seal(key, secret) } }, opened)
        } else if (lasting) await lasting.save(key, secret)
        else memory.set(key, secret)
      }),
    delete: (key) =>
      enqueue(async () => {
        memory.delete(key)
        file.delete(key)
        if (!sealedFile || !Object.hasOwn(sealedFile.secrets, key)) return
        const { [key]: _gone, ...secrets } = sealedFile.secrets
        become({ ...sealedFile, secrets }, opened)
      }),
    unlock: (passphrase) =>
      enqueue(async () => {
        if (!sealedFile) return true
        opened = (await openSealed(passphrase, sealedFile)) ?? opened
        return opened !== null
      }),
    isCurrent: async (passphrase) => sealedFile !== null && (await openSealed(passphrase, sealedFile)) !== null,
    setPassphrase: (passphrase) =>
      enqueue(async () => {
        if (sealedFile && !opened) throw new Error('The secrets are locked: type the passphrase first.')
        const { file: next, opened: key } = await sealAll(passphrase, sealedFile ? openAll() : memory)
        become(next, key)
        memory.clear()
      }),
    removePassphrase: () =>
      enqueue(async () => {
        for (const [key, secret] of openAll()) {
          if (lasting) await lasting.save(key, secret)
          else memory.set(key, secret)
        }
        become(null, null)
      }),
    reset: () => enqueue(() => become(null, null)),
  }
}

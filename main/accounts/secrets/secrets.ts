/**
 * Passwords and tokens: in the system's keyring, or sealed with a passphrase that the user enters at each start, or in
 * memory for this run only. Never in plain text on disk.
 */
import { createSerialQueue } from '../../../common/async/serial-queue.ts'
import type { SecretsView } from '../../../common/protocol/window-state.ts'
import type { Log } from '../../system/log.ts'
import { createKeyringVault, isTrustworthy, type Keyring, type ReadSecret, type Vault } from './keyring-vault.ts'
import type { SealedStore, SecretFile } from './secret-file.ts'
import { openSealed, type PassphraseKey, sealAll, type SealedFile } from './passphrase.ts'

export type Secrets = ReturnType<typeof createSecrets>

/** Keys of secrets: those of accounts and of servers never collide. */
export const passwordKey = (account: string): string => `account:${account}`
export const tokenKey = (serverId: string): string => `server:${serverId}`

export interface SecretsDeps {
  readonly keyring: Keyring
  readonly file: SecretFile
  readonly sealed: SealedStore
  readonly platform: NodeJS.Platform
  readonly log: Log
}

/** After the app's `ready`. The keyring may wait for the user to unlock it: reading and saving wait with it. */
export function createSecrets({ keyring, file, sealed, platform, log }: SecretsDeps) {
  const memory = new Map<string, string>()
  /** Assumed until the keyring has answered. */
  let hasKeyring = true
  const opened = openVault()

  async function openVault(): Promise<Vault> {
    hasKeyring = await isTrustworthy(keyring, platform).catch((error: unknown) => {
      log.warn({ reason: String(error) }, 'the keyring cannot be used')
      return false
    })
    return hasKeyring ? createKeyringVault(keyring, file, log) : createMemoryVault(memory, file)
  }

  /** Changes run one at a time: sealing takes a while. */
  const enqueue = createSerialQueue()
  let sealedFile = sealed.read()
  let passphraseKey: PassphraseKey | null = null

  function replace(next: SealedFile | null, key: PassphraseKey | null): void {
    sealed.write(next)
    sealedFile = next
    passphraseKey = key
  }

  function openAll(): Map<string, string> {
    const all = new Map<string, string>()
    for (const [key, text] of Object.entries(sealedFile?.secrets ?? {})) {
      const secret = passphraseKey?.open(key, text)
      if (secret !== undefined) all.set(key, secret)
    }
    return all
  }

  function readSealed({ secrets }: SealedFile, key: string): ReadSecret {
    if (!passphraseKey) return { kind: 'locked' }
    const text = Object.hasOwn(secrets, key) ? secrets[key] : undefined
    if (text === undefined) return { kind: 'missing' }
    const secret = passphraseKey.open(key, text)
    return secret === undefined ? { kind: 'unreadable' } : { kind: 'secret', value: secret }
  }

  return {
    /** Resolves once it is known whether there is a keyring. */
    opened: opened.then(() => undefined),
    get storage(): SecretsView['storage'] {
      return sealedFile ? 'passphrase' : hasKeyring ? 'keyring' : 'memory'
    },
    get locked() {
      return sealedFile !== null && passphraseKey === null
    },
    async read(key: string): Promise<ReadSecret> {
      const secret = sealedFile ? readSealed(sealedFile, key) : null
      // A keyring that was there before the passphrase may have more.
      return secret && secret.kind !== 'missing' ? secret : await (await opened).read(key)
    },
    save: (key: string, secret: string) =>
      enqueue(async () => {
        if (!sealedFile) return await (await opened).save(key, secret)
        if (!passphraseKey) throw new Error(LOCKED)
        replace({ ...sealedFile, secrets: { ...sealedFile.secrets, [key]: passphraseKey.seal(key, secret) } }, passphraseKey)
      }),
    delete: (key: string) =>
      enqueue(() => {
        memory.delete(key)
        file.delete(key)
        if (!sealedFile || !Object.hasOwn(sealedFile.secrets, key)) return
        const { [key]: _deleted, ...secrets } = sealedFile.secrets
        replace({ ...sealedFile, secrets }, passphraseKey)
      }),
    /** False if the passphrase is wrong, and the secrets were locked before. */
    unlock: (passphrase: string) =>
      enqueue(async () => {
        if (!sealedFile) return true
        passphraseKey = (await openSealed(passphrase, sealedFile)) ?? passphraseKey
        return passphraseKey !== null
      }),
    isCurrent: async (passphrase: string) => sealedFile !== null && (await openSealed(passphrase, sealedFile)) !== null,
    /** Seals all secrets with a new passphrase. @throws Error while they are locked */
    setPassphrase: (passphrase: string) =>
      enqueue(async () => {
        if (sealedFile && !passphraseKey) throw new Error(LOCKED)
        const { file: next, key } = await sealAll(passphrase, sealedFile ? openAll() : memory)
        replace(next, key)
        memory.clear()
      }),
    /** Moves the secrets to the keyring, or to this run's memory. */
    removePassphrase: () =>
      enqueue(async () => {
        const vault = await opened
        for (const [key, secret] of openAll()) await vault.save(key, secret)
        replace(null, null)
      }),
    /** For a forgotten passphrase: what it sealed is lost. */
    reset: () => enqueue(() => replace(null, null)),
  }
}

const LOCKED = 'The secrets are locked: enter the passphrase first.'

/** A secret that only an earlier keyring can decrypt is unreadable, not missing. */
function createMemoryVault(secrets: Map<string, string>, file: SecretFile): Vault {
  return {
    async read(key) {
      const value = secrets.get(key)
      if (value !== undefined) return { kind: 'secret', value }
      return { kind: file.get(key) === undefined ? 'missing' : 'unreadable' }
    },
    async save(key, secret) {
      secrets.set(key, secret)
    },
  }
}

import { describe, expect, test } from 'vitest'
import type { Keyring } from '../../../../main/accounts/secrets/keyring-vault.ts'
import type { SealedFile } from '../../../../main/accounts/secrets/passphrase.ts'
import { createSecrets, type SecretsDeps } from '../../../../main/accounts/secrets/secrets.ts'
import type { SealedStore, SecretFile } from '../../../../main/accounts/secrets/secret-file.ts'
import { rememberingLog } from '../../system/log.ts'

/** A keyring whose key can be changed: it then decrypts secrets of an earlier key, and requests that they are encrypted again. */
function createKeyring() {
  const state = { key: 1, available: true, version: 'v11' }
  const keyring: Keyring = {
    isAsyncEncryptionAvailable: async () => state.available,
    encryptStringAsync: async (text) => Buffer.from(`${state.version}:${state.key}:${Buffer.from(text).toString('hex')}`),
    async decryptStringAsync(encrypted) {
      const [, key, hex = ''] = encrypted.toString().split(':')
      if (Number(key) > state.key) throw new Error('no such key')
      return { result: Buffer.from(hex, 'hex').toString(), shouldReEncrypt: Number(key) !== state.key }
    },
  }
  return { state, keyring }
}

function createFile(): SecretFile & { readonly stored: Map<string, string> } {
  const stored = new Map<string, string>()
  return { stored, get: (key) => stored.get(key), set: (key, text) => void stored.set(key, text), delete: (key) => void stored.delete(key) }
}

function createSealed(): SealedStore & { readonly stored: () => SealedFile | null } {
  let text = 'null'
  return { stored: () => JSON.parse(text), read: () => JSON.parse(text), write: (next) => void (text = JSON.stringify(next)) }
}

async function openSecrets(deps: SecretsDeps) {
  const secrets = createSecrets(deps)
  await secrets.opened
  return secrets
}

test('a keyring that waits for the user is assumed to be there, and reading waits with it', async () => {
  const { keyring } = createKeyring()
  const unlocked = Promise.withResolvers<boolean>()
  const waiting: Keyring = { ...keyring, isAsyncEncryptionAvailable: () => unlocked.promise }
  const deps = { keyring: waiting, file: createFile(), sealed: createSealed(), platform: 'linux', log: rememberingLog() } as const
  const secrets = createSecrets(deps)
  const saved = secrets.save('account:a', 'hunter2')
  const read = secrets.read('account:a')
  expect(secrets.storage).toBe('keyring')
  expect(deps.file.stored.size).toBe(0)
  unlocked.resolve(true)
  await saved
  await read
  expect(await secrets.read('account:a')).toEqual({ kind: 'secret', value: 'hunter2' })
})

test('a keyring that fails is none', async () => {
  const { keyring } = createKeyring()
  const failing: Keyring = { ...keyring, encryptStringAsync: async () => Promise.reject(new Error('temporarily unavailable')) }
  const log = rememberingLog()
  const secrets = await openSecrets({ keyring: failing, file: createFile(), sealed: createSealed(), platform: 'linux', log })
  expect(secrets.storage).toBe('memory')
  expect(log.lines.join()).toContain('temporarily unavailable')
})

test('a secret is stored encrypted, and read in a later run', async () => {
  const { keyring } = createKeyring()
  const file = createFile()
  const deps = { keyring, file, sealed: createSealed(), platform: 'linux', log: rememberingLog() } as const
  const first = await openSecrets(deps)
  await first.save('account:a', 'hunter2')
  expect([...file.stored.values()].join()).not.toContain('hunter2')
  const later = await openSecrets(deps)
  expect(later.storage).toBe('keyring')
  expect(await later.read('account:a')).toEqual({ kind: 'secret', value: 'hunter2' })
  await later.delete('account:a')
  expect(await later.read('account:a')).toEqual({ kind: 'missing' })
  expect(file.stored.size).toBe(0)
})

test('a secret encrypted with an old key is encrypted again with the current one', async () => {
  const { keyring, state } = createKeyring()
  const file = createFile()
  const secrets = await openSecrets({ keyring, file, sealed: createSealed(), platform: 'darwin', log: rememberingLog() })
  await secrets.save('account:a', 'hunter2')
  const before = file.stored.get('account:a')
  state.key = 2
  expect(await secrets.read('account:a')).toEqual({ kind: 'secret', value: 'hunter2' })
  expect(file.stored.get('account:a')).not.toBe(before)
})

test('a secret that the keyring cannot decrypt stays stored, and is unreadable rather than missing', async () => {
  const { keyring, state } = createKeyring()
  const file = createFile()
  const log = rememberingLog()
  state.key = 2
  const secrets = await openSecrets({ keyring, file, sealed: createSealed(), platform: 'linux', log })
  await secrets.save('account:a', 'hunter2')
  state.key = 1
  expect(await secrets.read('account:a')).toEqual({ kind: 'unreadable' })
  expect(file.stored.size).toBe(1)
  expect(log.lines.join()).not.toContain('hunter2')
})

test.each([
  ['no encryption at all', 'win32', { available: false }],
  ["Linux' fixed password", 'linux', { version: 'v10' }],
] as const)('with %s a secret lasts for this run only', async (_what, platform, change) => {
  const { keyring, state } = createKeyring()
  Object.assign(state, change)
  const file = createFile()
  const deps = { keyring, file, sealed: createSealed(), platform, log: rememberingLog() }
  const secrets = await openSecrets(deps)
  await secrets.save('account:a', 'hunter2')
  expect(secrets.storage).toBe('memory')
  expect(await secrets.read('account:a')).toEqual({ kind: 'secret', value: 'hunter2' })
  expect(file.stored.size).toBe(0)
  expect(await (await openSecrets(deps)).read('account:a')).toEqual({ kind: 'missing' })
})

describe('a passphrase', () => {
  async function withoutKeyring() {
    const { keyring, state } = createKeyring()
    state.version = 'v10'
    const deps = { keyring, file: createFile(), sealed: createSealed(), platform: 'linux', log: rememberingLog() } as const
    return { deps, state, secrets: await openSecrets(deps) }
  }

  test('seals the secrets of this run and later ones, and is required at the next start', async () => {
    const { deps, secrets } = await withoutKeyring()
    await secrets.save('account:a', 'hunter2')
    await secrets.setPassphrase('open sesame')
    await secrets.save('server:b', 'token')
    expect(secrets).toMatchObject({ storage: 'passphrase', locked: false })
    expect(JSON.stringify(deps.sealed.stored())).not.toMatch(/hunter2|token|sesame/)

    const later = await openSecrets(deps)
    expect(later).toMatchObject({ storage: 'passphrase', locked: true })
    expect(await later.read('account:a')).toEqual({ kind: 'locked' })
    await expect(later.save('account:c', 'x')).rejects.toThrow('locked')
    expect(await later.unlock('open sesam')).toBe(false)
    expect(later.locked).toBe(true)
    expect(await later.unlock('open sesame')).toBe(true)
    expect(await later.read('account:a')).toEqual({ kind: 'secret', value: 'hunter2' })
    expect(await later.read('server:b')).toEqual({ kind: 'secret', value: 'token' })
    expect(await later.read('__proto__')).toEqual({ kind: 'missing' })
    await later.delete('account:a')
    expect(Object.keys(deps.sealed.stored()?.secrets ?? {})).toEqual(['server:b'])
  })

  test('is changed by sealing all secrets again, so that the old one opens none', async () => {
    const { deps, secrets } = await withoutKeyring()
    await secrets.save('account:a', 'hunter2')
    await secrets.setPassphrase('old')
    const before = deps.sealed.stored()
    await secrets.setPassphrase('new')
    expect(deps.sealed.stored()?.kdf.salt).not.toBe(before?.kdf.salt)
    const later = await openSecrets(deps)
    expect(await later.unlock('old')).toBe(false)
    expect(await later.unlock('new')).toBe(true)
    expect(await later.isCurrent('old')).toBe(false)
    expect(await later.read('account:a')).toEqual({ kind: 'secret', value: 'hunter2' })
  })

  test('is removed: its secrets move to memory, or to a keyring if there is one by then', async () => {
    const { deps, state, secrets } = await withoutKeyring()
    await secrets.save('account:a', 'hunter2')
    await secrets.setPassphrase('p')
    await secrets.removePassphrase()
    expect(secrets.storage).toBe('memory')
    expect(await secrets.read('account:a')).toEqual({ kind: 'secret', value: 'hunter2' })
    expect(deps.sealed.stored()).toBeNull()

    await secrets.setPassphrase('p')
    state.version = 'v11'
    const later = await openSecrets(deps)
    expect(later).toMatchObject({ storage: 'passphrase', locked: true })
    await later.unlock('p')
    await later.removePassphrase()
    expect(await (await openSecrets(deps)).read('account:a')).toEqual({ kind: 'secret', value: 'hunter2' })
  })

  test('that is forgotten can be reset, which deletes the secrets that it sealed', async () => {
    const { deps, secrets } = await withoutKeyring()
    await secrets.save('account:a', 'hunter2')
    await secrets.setPassphrase('p')
    const later = await openSecrets(deps)
    await expect(later.setPassphrase('q')).rejects.toThrow('locked')
    await later.reset()
    expect(later).toMatchObject({ storage: 'memory', locked: false })
    expect(await later.read('account:a')).toEqual({ kind: 'missing' })
    expect(deps.sealed.stored()).toBeNull()
  })

  test('loses no secret that is saved while it is being set', async () => {
    const { deps, secrets } = await withoutKeyring()
    await Promise.all([secrets.setPassphrase('p'), secrets.save('account:a', 'hunter2'), secrets.delete('account:b')])
    const later = await openSecrets(deps)
    await later.unlock('p')
    expect(await later.read('account:a')).toEqual({ kind: 'secret', value: 'hunter2' })
  })
})

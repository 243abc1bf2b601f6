import { expect, test } from 'vitest'
import { createSecrets, type Keyring, type SecretFile } from '../../main/secrets.ts'
import { rememberingLog } from './log.ts'

/** A keyring whose key can be changed: what an earlier key wrote is then read, and asked to be written anew. */
function createKeyring() {
  const state = { key: 1, available: true, backend: 'gnome_libsecret' as ReturnType<Keyring['getSelectedStorageBackend']> }
  const keyring: Keyring = {
    isAsyncEncryptionAvailable: async () => state.available,
    getSelectedStorageBackend: () => state.backend,
    encryptStringAsync: async (text) => Buffer.from(`${state.key}:${Buffer.from(text).toString('hex')}`),
    async decryptStringAsync(encrypted) {
      const [key, hex = ''] = encrypted.toString().split(':')
      if (Number(key) > state.key) throw new Error('no such key')
      return { result: Buffer.from(hex, 'hex').toString(), shouldReEncrypt: Number(key) !== state.key }
    },
  }
  return { state, keyring }
}

function createFile(): SecretFile & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>()
  return { kept, get: (key) => kept.get(key), set: (key, text) => void kept.set(key, text), delete: (key) => void kept.delete(key) }
}

test('a secret is kept encrypted, and read in a later run', async () => {
  const { keyring } = createKeyring()
  const file = createFile()
  const deps = { keyring, file, platform: 'linux', log: rememberingLog() } as const
  const first = await createSecrets(deps)
  await first.keep('account:a', 'hunter2')
  expect([...file.kept.values()].join()).not.toContain('hunter2')
  const later = await createSecrets(deps)
  expect(later.lasting).toBe(true)
  expect(await later.read('account:a')).toEqual({ kind: 'secret', value: 'hunter2' })
  later.forget('account:a')
  expect(await later.read('account:a')).toEqual({ kind: 'missing' })
  expect(file.kept.size).toBe(0)
})

test('a secret of an old key is written anew with the present one', async () => {
  const { keyring, state } = createKeyring()
  const file = createFile()
  const secrets = await createSecrets({ keyring, file, platform: 'darwin', log: rememberingLog() })
  await secrets.keep('account:a', 'hunter2')
  const before = file.kept.get('account:a')
  state.key = 2
  expect(await secrets.read('account:a')).toEqual({ kind: 'secret', value: 'hunter2' })
  expect(file.kept.get('account:a')).not.toBe(before)
})

test('a secret that the keyring cannot read stays where it is, and is told apart from one that is not there', async () => {
  const { keyring, state } = createKeyring()
  const file = createFile()
  const log = rememberingLog()
  state.key = 2
  const secrets = await createSecrets({ keyring, file, platform: 'linux', log })
  await secrets.keep('account:a', 'hunter2')
  state.key = 1
  expect(await secrets.read('account:a')).toEqual({ kind: 'unreadable' })
  expect(file.kept.size).toBe(1)
  expect(log.lines.join()).not.toContain('hunter2')
})

test.each([
  ['no encryption at all', 'win32', { available: false }],
  ["Linux' fixed password", 'linux', { backend: 'basic_text' }],
] as const)('with %s a secret lives in this run only', async (_what, platform, change) => {
  const { keyring, state } = createKeyring()
  Object.assign(state, change)
  const file = createFile()
  const deps = { keyring, file, platform, log: rememberingLog() }
  const secrets = await createSecrets(deps)
  await secrets.keep('account:a', 'hunter2')
  expect(secrets.lasting).toBe(false)
  expect(await secrets.read('account:a')).toEqual({ kind: 'secret', value: 'hunter2' })
  expect(file.kept.size).toBe(0)
  expect(await (await createSecrets(deps)).read('account:a')).toEqual({ kind: 'missing' })
})

import { createDecipheriv, scryptSync } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openSealed, sealAll, SealedFile } from '../../../../main/accounts/secrets/passphrase.ts'

/** The smallest cost that the format accepts, to save time. */
const CHEAP = { N: 2 ** 14, r: 1, p: 1 }
const SECRETS = new Map([
  ['account:a', 'hunter2'],
  ['server:https://x', '토큰'],
])

test('a sealed secret opens with the same passphrase, and with no other', async () => {
  const { file } = await sealAll('correct horse', SECRETS, CHEAP)
  const opened = await openSealed('correct horse', SealedFile.parse(JSON.parse(JSON.stringify(file))))
  for (const [name, secret] of SECRETS) expect(opened?.open(name, file.secrets[name] ?? '')).toBe(secret)
  expect(await openSealed('correct horsf', file)).toBeNull()
  expect(await openSealed('', file)).toBeNull()
})

test('a passphrase is the same in every Unicode normalization', async () => {
  const { file } = await sealAll('비밀'.normalize('NFD'), SECRETS, CHEAP)
  expect(await openSealed('비밀'.normalize('NFC'), file)).not.toBeNull()
})

test('no secret opens under another name, nor with a flipped bit', async () => {
  const { file, key } = await sealAll('p', SECRETS, CHEAP)
  const sealed = file.secrets['account:a'] ?? ''
  expect(key.open('server:https://x', sealed)).toBeUndefined()
  const length = Buffer.from(sealed, 'base64').length
  fc.assert(
    fc.property(fc.nat(length - 1), fc.integer({ min: 1, max: 255 }), (at, turn) => {
      const bytes = Buffer.from(sealed, 'base64')
      bytes[at] = (bytes[at] ?? 0) ^ turn
      return key.open('account:a', bytes.toString('base64')) === undefined
    }),
    { numRuns: 100 },
  )
  for (const cut of [0, 1, 12, 27])
    expect(key.open('account:a', Buffer.from(sealed, 'base64').subarray(0, cut).toString('base64'))).toBeUndefined()
})

test('sealing a secret twice gives different results, and the file contains neither secret nor passphrase', async () => {
  const { file, key } = await sealAll('open sesame', SECRETS, CHEAP)
  expect(key.seal('account:a', 'hunter2')).not.toBe(file.secrets['account:a'])
  expect(JSON.stringify(file)).not.toMatch(/hunter2|open sesame|토큰/)
})

test('the format is as documented: an independent reader decrypts it', async () => {
  const { file } = await sealAll('p', SECRETS, CHEAP)
  const { N, r, p, salt } = file.kdf
  const key = scryptSync('p', Buffer.from(salt, 'base64'), 32, { N, r, p })
  const sealed = Buffer.from(file.secrets['account:a'] ?? '', 'base64')
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12))
  decipher.setAAD(Buffer.from('mailbell secret 1\0account:a')).setAuthTag(sealed.subarray(-16))
  expect(decipher.update(sealed.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8')).toBe('hunter2')
})

test('sealing costs 128 MiB by default', async () => {
  const { file } = await sealAll('p', new Map())
  expect(file.kdf).toMatchObject({ name: 'scrypt', N: 131_072, r: 8, p: 1 })
  expect(await openSealed('p', file)).not.toBeNull()
})

test.each([
  { N: 2 ** 30, r: 8, p: 1 },
  { N: 2 ** 17, r: 1_000_000, p: 1 },
  { N: 2 ** 17 + 1, r: 8, p: 1 },
  { N: 1024, r: 8, p: 1 },
  { N: 2 ** 17, r: 8, p: 1e9 },
])('a file that requires the cost %j is rejected', async (cost) => {
  const { file } = await sealAll('p', SECRETS, CHEAP)
  expect(SealedFile.safeParse({ ...file, kdf: { ...file.kdf, ...cost } }).success).toBe(false)
})

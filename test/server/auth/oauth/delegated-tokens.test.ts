import { expect, test } from 'vitest'
import { createDelegatedTokens } from '../../../../server/auth/oauth/delegated-tokens.ts'

const TOKENS = { account: 'a@example.org', clientId: 'mine', accessToken: 'old', refreshToken: 'r1' }

test('new tokens are given to nobody before their keeper has them', async () => {
  const handed: string[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  const held = createDelegatedTokens(async (_tokens, text) => {
    handed.push(text)
    await promise
  })
  held.put(JSON.stringify(TOKENS))
  const written = held.write({ ...TOKENS, accessToken: 'new' })
  expect(handed.map((text) => JSON.parse(text))).toEqual([{ ...TOKENS, accessToken: 'new' }])
  expect(await held.read(TOKENS.account, 'mine')).toEqual(TOKENS)
  resolve()
  await written
  expect(await held.read(TOKENS.account, 'mine')).toMatchObject({ accessToken: 'new' })
})

test('tokens that could not be kept are not used', async () => {
  const held = createDelegatedTokens(() => Promise.reject(new Error('no keyring')))
  await expect(held.write(TOKENS)).rejects.toThrow('no keyring')
  expect(await held.read(TOKENS.account, 'mine')).toBeNull()
})

test('what is no tokens is as good as none', async () => {
  const held = createDelegatedTokens(async () => undefined)
  for (const text of ['', '{}', '[1]', JSON.stringify({ ...TOKENS, accessToken: 1 })]) held.put(text)
  expect(await held.read(TOKENS.account, 'mine')).toBeNull()
})

test('tokens of one client are none of another', async () => {
  const held = createDelegatedTokens(async () => undefined)
  held.put(JSON.stringify(TOKENS))
  expect(await held.read(TOKENS.account, 'other')).toBeNull()
  await held.remove(TOKENS.account)
  expect(await held.read(TOKENS.account, 'mine')).toBeNull()
})

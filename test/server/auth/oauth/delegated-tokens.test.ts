import { expect, test } from 'vitest'
import { createDelegatedTokens } from '../../../../server/auth/oauth/delegated-tokens.ts'

const TOKENS = { account: 'a@example.org', clientId: 'mine', accessToken: 'old', refreshToken: 'r1' }

test('new tokens are not used before they are stored', async () => {
  const delegated: string[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  const tokens = createDelegatedTokens(async (_given, text) => {
    delegated.push(text)
    await promise
  })
  tokens.put(JSON.stringify(TOKENS))
  const written = tokens.write({ ...TOKENS, accessToken: 'new' })
  expect(delegated.map((text) => JSON.parse(text))).toEqual([{ ...TOKENS, accessToken: 'new' }])
  expect(await tokens.read(TOKENS.account, 'mine')).toEqual(TOKENS)
  resolve()
  await written
  expect(await tokens.read(TOKENS.account, 'mine')).toMatchObject({ accessToken: 'new' })
})

test('tokens that cannot be stored are not used', async () => {
  const tokens = createDelegatedTokens(() => Promise.reject(new Error('no keyring')))
  await expect(tokens.write(TOKENS)).rejects.toThrow('no keyring')
  expect(await tokens.read(TOKENS.account, 'mine')).toBeNull()
})

test('invalid text counts as no tokens', async () => {
  const tokens = createDelegatedTokens(async () => undefined)
  for (const text of ['', '{}', '[1]', JSON.stringify({ ...TOKENS, accessToken: 1 })]) tokens.put(text)
  expect(await tokens.read(TOKENS.account, 'mine')).toBeNull()
})

test('work for one account runs one at a time', async () => {
  const tokens = createDelegatedTokens(async () => undefined)
  const { promise, resolve } = Promise.withResolvers<void>()
  const order: string[] = []
  const first = tokens.exclusive('a', async () => {
    await promise
    order.push('first')
  })
  const second = tokens.exclusive('a', async () => void order.push('second'))
  await tokens.exclusive('b', async () => void order.push('other'))
  resolve()
  await Promise.all([first, second])
  expect(order).toEqual(['other', 'first', 'second'])
})

test('tokens of one client are not used by another', async () => {
  const tokens = createDelegatedTokens(async () => undefined)
  tokens.put(JSON.stringify(TOKENS))
  expect(await tokens.read(TOKENS.account, 'other')).toBeNull()
  await tokens.remove(TOKENS.account)
  expect(await tokens.read(TOKENS.account, 'mine')).toBeNull()
})

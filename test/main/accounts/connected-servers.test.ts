/** Servers that the app connects to, and what the start of the app finds of accounts and servers. */
import { expect, test } from 'vitest'
import { FORM, setUp, BY_BROWSER, TOKENS } from './set-up-accounts.ts'

test('a server that accepts the token is stored and polled, but not twice; disconnecting deletes the token', async () => {
  const { create, sent, settings, stored } = setUp()
  const accounts = create()
  expect(await accounts.connectServer({ url: 'mail.example.org/', token: 't' })).toEqual({ ok: true })
  expect(settings.servers).toEqual([{ id: 'https://mail.example.org', url: 'https://mail.example.org' }])
  expect(sent.links).toContain('+https://mail.example.org')
  expect(sent.sources.at(-1)).toEqual({ accounts: [], demo: false })
  expect(await accounts.connectServer({ url: 'https://mail.example.org', token: 't' })).toMatchObject({ code: 'exists' })
  expect(await accounts.disconnectServer('https://mail.example.org')).toEqual({ ok: true })
  expect(stored.size).toBe(0)
  expect(sent.links.at(-1)).toBe('-https://mail.example.org')
})

const TEAM = { url: 'https://mail.example.org' }

test('a one-time code is exchanged for the token that is stored', async () => {
  const { create, stored } = setUp()
  expect(await create().connectServer({ ...TEAM, code: 'c' })).toEqual({ ok: true })
  expect(stored.get('server:https://mail.example.org')).toBe('token of c')
})

test('a working token is not replaced; one that the server has refused is, once the new one is accepted', async () => {
  const { create, stored, sent, answers, signedOut } = setUp()
  const accounts = create()
  await accounts.connectServer({ ...TEAM, token: 'first' })
  expect(await accounts.connectServer({ ...TEAM, token: 'second' })).toMatchObject({ ok: false, code: 'exists' })
  expect([...stored.values()]).toEqual(['first'])
  signedOut.add(TEAM.url)
  answers.server = { ok: false, code: 'unauthorized', field: 'token' }
  expect(await accounts.connectServer({ ...TEAM, token: 'second' })).toMatchObject({ ok: false, code: 'unauthorized' })
  expect([...stored.values()]).toEqual(['first'])
  expect(sent.links).toEqual([`+${TEAM.url}`])
  answers.server = { ok: true }
  expect(await accounts.connectServer({ ...TEAM, token: 'second' })).toEqual({ ok: true })
  expect([...stored.values()]).toEqual(['second'])
  expect(sent.links).toEqual([`+${TEAM.url}`, `-${TEAM.url}`, `+${TEAM.url}`])
})

test('without a keyring the user gets a notice', async () => {
  const { create, sent } = setUp({ lasting: false })
  await create().start()
  expect(sent.notices).toEqual([{ id: 'no-keyring' }])
})

test('the tokens of a sign-in with the browser are stored as a secret, and loaded at the next start', async () => {
  const { create, settings, sent, stored, answers } = setUp()
  const accounts = create()
  answers.signIn = () => accounts.storeTokens(TOKENS)
  expect(await accounts.addAccount(BY_BROWSER)).toEqual({ ok: true })
  expect(JSON.stringify(settings.accounts)).not.toContain('shh')
  expect(stored.get('account:a@example.org')).toContain('shh-refresh')
  const whole = { ...BY_BROWSER, oauth: { ...BY_BROWSER.oauth, tokens: TOKENS.tokens } }
  expect(sent.sources.at(-1)?.accounts).toEqual([whole])
  await create().start()
  expect(sent.sources.at(-1)?.accounts).toEqual([whole])
})

test('refreshed tokens replace the old ones; those of a removed account are not stored', async () => {
  const { create, sent, stored, answers } = setUp()
  const accounts = create()
  answers.signIn = () => accounts.storeTokens(TOKENS)
  await accounts.addAccount(BY_BROWSER)
  await accounts.storeTokens({ ...TOKENS, tokens: 'shh-rotated' })
  expect(stored.get('account:a@example.org')).toContain('shh-rotated')
  expect(sent.sources.at(-1)?.accounts[0]?.oauth?.tokens).toBe('shh-rotated')
  await accounts.removeAccount(FORM.account)
  await accounts.storeTokens(TOKENS)
  expect([...stored]).toEqual([])
})

test('a sign-in that fails before the mail server is reached names no step, and stores nothing', async () => {
  const { create, stored, answers } = setUp()
  const accounts = create()
  answers.signIn = () => accounts.storeTokens(TOKENS)
  answers.tried = { kind: 'rejected', code: 'auth', message: 'The sign-in was cancelled.' }
  expect(await accounts.addAccount(BY_BROWSER)).toEqual({ ok: false, code: 'auth', detail: 'The sign-in was cancelled.' })
  expect([...stored]).toEqual([])
})

test('locked accounts and servers stay stored, and are polled once the passphrase is entered', async () => {
  const { create, sent, lock, stored } = setUp()
  const before = create()
  await before.addAccount(FORM)
  await before.connectServer({ url: 'https://mail.example.org', token: 't' })
  lock.closed = true
  const accounts = create()
  await accounts.start()
  expect(sent.sources.at(-1)).toEqual({ accounts: [], demo: false })
  expect(sent.unavailable).toEqual({ accounts: [{ id: FORM.account }], servers: ['https://mail.example.org'] })
  expect(sent.notices).toEqual([])
  expect(await accounts.addAccount({ ...FORM, account: 'b@example.org' })).toEqual({ ok: false, code: 'locked' })
  expect(await accounts.connectServer({ url: 'https://other.example.org', token: 't' })).toEqual({ ok: false, code: 'locked' })
  expect(stored.size).toBe(2)
  lock.closed = false
  sent.links.length = 0
  await accounts.readSecrets()
  expect(sent.sources.at(-1)?.accounts).toEqual([FORM])
  expect(sent.links).toEqual(['+https://mail.example.org'])
  expect(sent.unavailable).toEqual({ accounts: [], servers: [] })
  await accounts.readSecrets()
  expect(sent.links).toHaveLength(1)
})

test('imported accounts and servers wait for a sign-in, and replace no stored one', async () => {
  const { create, sent, settings, stored } = setUp()
  const accounts = create()
  await accounts.addAccount(FORM)
  const { password: _, ...same } = FORM
  const given = {
    accounts: [
      { ...same, host: 'elsewhere' },
      { ...same, account: 'b@example.org' },
    ],
    servers: [{ id: 'https://mail.example.org', url: 'https://mail.example.org' }],
  }
  const taken = await accounts.addStored(given)
  expect(taken).toEqual({ accounts: [given.accounts[1]], servers: given.servers })
  expect(settings.accounts.map(({ account, host }) => [account, host])).toEqual([
    [FORM.account, 'h'],
    ['b@example.org', 'h'],
  ])
  expect(sent.unavailable).toEqual({ accounts: [{ id: 'b@example.org' }], servers: ['https://mail.example.org'] })
  expect(sent.sources.at(-1)?.accounts).toEqual([FORM])
  expect(await accounts.addStored(given)).toEqual({ accounts: [], servers: [] })
  expect(stored.size).toBe(1)
})

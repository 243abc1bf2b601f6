import { expect, test } from 'vitest'
import { FORM, setUp } from './set-up-accounts.ts'

test('without any account or server, the demo mailbox is counted', async () => {
  const { create, sent } = setUp()
  await create().start()
  expect(sent.sources).toEqual([{ accounts: [], demo: true }])
})

test('an account whose login works is stored without its password, counted, and loaded at the next start', async () => {
  const { create, settings, sent, stored } = setUp()
  expect(await create().addAccount(FORM)).toEqual({ ok: true })
  expect(JSON.stringify(settings.accounts)).not.toContain('hunter2')
  expect(stored.get('account:a@example.org')).toBe('hunter2')
  expect(sent.steps).toEqual(['sign-in', null])
  await create().start()
  expect(sent.sources).toEqual([
    { accounts: [FORM], demo: false },
    { accounts: [FORM], demo: false },
  ])
})

test('an account that the desktop is signed in to has no secret, is counted at the next start, and replaces a password', async () => {
  const { create, settings, sent, stored } = setUp()
  const form = { ...FORM, password: '', desktop: true } as const
  const accounts = create()
  expect(await accounts.addAccount(FORM)).toEqual({ ok: true })
  expect(await accounts.signInAgain(form)).toEqual({ ok: true })
  expect(stored.size).toBe(0)
  expect(settings.accounts).toMatchObject([{ account: 'a@example.org', desktop: true }])
  await create().start()
  expect(sent.sources.at(-1)).toEqual({ accounts: [form], demo: false })
  expect(sent.unavailable?.accounts).toEqual([])
})

test.each([
  [
    { kind: 'rejected', step: 'sign-in', code: 'auth', message: 'The password was rejected.' },
    { ok: false, code: 'auth', detail: 'The password was rejected.', step: 'sign-in' },
  ],
  [{ kind: 'unavailable' }, { ok: false, code: 'unavailable' }],
] as const)('a login that ends as %j stores nothing', async (tried, outcome) => {
  const { create, settings, stored, answers } = setUp()
  answers.tried = tried
  expect(await create().addAccount(FORM)).toEqual(outcome)
  expect(settings.accounts).toEqual([])
  expect(stored.size).toBe(0)
})

test('a certificate that is not accepted is shown, and a pinned one is stored with the account', async () => {
  const { create, settings, sent, answers } = setUp()
  const certificate = {
    fingerprint: 'AB:CD',
    subject: 'CN=h',
    issuer: 'CN=h',
    validFrom: '2026-01-01T00:00:00.000Z',
    validTo: '2027-01-01T00:00:00.000Z',
    problem: 'unknown-authority',
    canPin: true,
  } as const
  answers.tried = { kind: 'rejected', step: 'certificate', code: 'config', message: 'Nobody vouches for it.', certificate }
  expect(await create().addAccount(FORM)).toEqual({
    ok: false,
    code: 'tls',
    detail: 'Nobody vouches for it.',
    step: 'certificate',
    certificate,
  })
  answers.tried = { kind: 'works' }
  const pinned = { ...FORM, pin: 'ab'.repeat(32) }
  expect(await create().addAccount(pinned)).toEqual({ ok: true })
  expect(settings.accounts).toMatchObject([{ pin: pinned.pin }])
  await create().start()
  expect(sent.sources.at(-1)?.accounts).toEqual([pinned])
})

test('signing in again replaces a stored account in its place, and only once the login works', async () => {
  const { create, settings, sent, stored, answers } = setUp()
  const accounts = create()
  await accounts.addAccount({ ...FORM, webUrl: 'https://mail.example.org/' })
  await accounts.addAccount({ ...FORM, account: 'b@example.org' })
  answers.tried = { kind: 'rejected', step: 'sign-in', code: 'auth', message: 'No.' }
  expect(await accounts.signInAgain({ ...FORM, password: 'wrong' })).toMatchObject({ ok: false, code: 'auth' })
  expect(stored.get('account:a@example.org')).toBe('hunter2')
  answers.tried = { kind: 'works' }
  expect(await accounts.signInAgain({ ...FORM, password: 'hunter3', pin: 'ab'.repeat(32) })).toEqual({ ok: true })
  expect(stored.get('account:a@example.org')).toBe('hunter3')
  expect(settings.accounts.map(({ account }) => account)).toEqual(['a@example.org', 'b@example.org'])
  const again = { ...FORM, password: 'hunter3', pin: 'ab'.repeat(32), webUrl: 'https://mail.example.org/' }
  expect(sent.sources.at(-1)?.accounts[0]).toEqual(again)
  expect(await accounts.readAccount('a@example.org')).not.toHaveProperty('account.password')
  // The inbox URL does not apply to another server.
  await accounts.signInAgain({ ...FORM, host: 'other' })
  expect(await accounts.readAccount('a@example.org')).not.toHaveProperty('account.webUrl')
})

test('signing in again to an account that is not stored, or was removed, is an error', async () => {
  const { create, answers, settings } = setUp()
  const accounts = create()
  expect(await accounts.signInAgain(FORM)).toEqual({ ok: false, code: 'invalid', field: 'account' })
  expect(await accounts.readAccount(FORM.account)).toEqual({ ok: false, code: 'invalid', field: 'account' })
  await accounts.addAccount(FORM)
  answers.signIn = async () => void (await accounts.removeAccount(FORM.account))
  expect(await accounts.signInAgain(FORM)).toEqual({ ok: false, code: 'invalid', field: 'account' })
  expect(settings.accounts).toEqual([])
})

test('signing in again with the browser stores new tokens, and needs no client secret', async () => {
  const { create, answers, stored, sent } = setUp()
  const accounts = create()
  const oauth = { provider: 'google', clientId: 'mine', clientSecret: 'shh' } as const
  const form = { ...FORM, password: '', oauth }
  const signIn = (tokens: string) => async () => await accounts.storeTokens({ account: FORM.account, clientId: 'mine', tokens })
  answers.signIn = signIn('first')
  await accounts.addAccount(form)
  answers.signIn = signIn('second')
  answers.tried = { kind: 'rejected', step: 'sign-in', code: 'auth', message: 'Somebody else.' }
  await accounts.signInAgain({ ...form, oauth: { ...oauth, clientSecret: '' } })
  expect(stored.get('account:a@example.org')).toContain('first')
  answers.tried = { kind: 'works' }
  expect(await accounts.signInAgain({ ...form, oauth: { ...oauth, clientSecret: '' } })).toEqual({ ok: true })
  expect(sent.sources.at(-1)?.accounts[0]?.oauth).toEqual({ ...oauth, tokens: 'second' })
})

test.each([
  ['cancelled', {}],
  ['sign-in-denied', { detail: 'NO' }],
  ['sign-in-expired', { detail: 'NO' }],
] as const)('a sign-in in the browser that ended as %s is reported so', async (end, more) => {
  const { create, answers } = setUp()
  answers.tried = { kind: 'rejected', code: end, message: 'NO' }
  expect(await create().addAccount(FORM)).toEqual({ ok: false, code: end, ...more })
})

test('an account is not added twice, not even by two forms at once', async () => {
  const { create } = setUp()
  const accounts = create()
  const outcomes = await Promise.all([accounts.addAccount(FORM), accounts.addAccount(FORM)])
  expect(outcomes).toContainEqual({ ok: true })
  expect(outcomes).toContainEqual({ ok: false, code: 'exists', field: 'account' })
  expect(await accounts.addAccount(FORM)).toMatchObject({ code: 'exists' })
})

test('an account is removed with its password; the demo returns after the last one', async () => {
  const { create, stored, sent } = setUp()
  const accounts = create()
  await accounts.addAccount(FORM)
  expect(await accounts.removeAccount(FORM.account)).toEqual({ ok: true })
  expect(stored.size).toBe(0)
  expect(sent.sources.at(-1)).toEqual({ accounts: [], demo: true })
  expect(await accounts.removeAccount(FORM.account)).toMatchObject({ ok: false, code: 'invalid' })
})

test('an account whose password is lost waits for a sign-in, and can be added again', async () => {
  const { create, stored, sent, settings } = setUp()
  await create().addAccount(FORM)
  stored.clear()
  const accounts = create()
  await accounts.start()
  expect(sent.sources.at(-1)).toEqual({ accounts: [], demo: false })
  expect(sent.unavailable).toEqual({ accounts: [{ id: 'a@example.org' }], servers: [] })
  expect(await accounts.addAccount(FORM)).toEqual({ ok: true })
  expect(settings.accounts).toHaveLength(1)
})

test('an account is renamed without a sign-in, is counted on, and keeps its name when it signs in again', async () => {
  const { create, sent, settings, stored } = setUp()
  const accounts = create()
  await accounts.addAccount(FORM)
  expect(await accounts.renameAccount({ account: FORM.account, label: 'Work' })).toEqual({ ok: true })
  expect(settings.accounts[0]).toMatchObject({ account: FORM.account, label: 'Work' })
  expect(sent.sources.at(-1)?.accounts).toEqual([{ ...FORM, label: 'Work' }])
  expect(stored.get('account:a@example.org')).toBe('hunter2')
  expect(await accounts.signInAgain({ ...FORM, password: 'other' })).toEqual({ ok: true })
  expect(sent.sources.at(-1)?.accounts).toEqual([{ ...FORM, password: 'other', label: 'Work' }])
  expect(await accounts.renameAccount({ account: FORM.account, label: '' })).toEqual({ ok: true })
  expect(settings.accounts[0]).not.toHaveProperty('label')
  expect(sent.sources.at(-1)?.accounts).toEqual([{ ...FORM, password: 'other' }])
  expect(await accounts.renameAccount({ account: 'gone@example.org', label: 'x' })).toMatchObject({ ok: false, code: 'invalid' })
})

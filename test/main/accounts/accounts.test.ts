import { expect, test } from 'vitest'
import { type AccountsDeps, createAccounts } from '../../../main/accounts/accounts.ts'
import type { Notice } from '../../../common/protocol/window-state.ts'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import type { Secrets } from '../../../main/accounts/secrets/secrets.ts'
import type { TryOutcome } from '../../../main/servers/worker-requests.ts'
import type { Unavailable } from '../../../main/state/unavailable.ts'
import { DEFAULT_SETTINGS } from '../../../main/settings/settings-schema.ts'
import type { WorkerSources } from '../../../common/protocol/worker.ts'

const FORM = {
  account: 'a@example.org',
  protocol: 'imap',
  host: 'h',
  port: 993,
  security: 'tls',
  user: 'u',
  password: 'hunter2',
  folders: [],
} as const

function setUp({ lasting = true } = {}) {
  const stored = new Map<string, string>()
  const sent: { steps: (string | null)[]; sources: WorkerSources[]; links: string[]; notices: Notice[]; unavailable: Unavailable | null } =
    {
      steps: [],
      sources: [],
      links: [],
      notices: [],
      unavailable: null,
    }
  const answers: { tried: TryOutcome; server: Outcome; signIn?: () => Promise<void> } = { tried: { kind: 'works' }, server: { ok: true } }
  let file = DEFAULT_SETTINGS
  const settings: AccountsDeps['settings'] = {
    get accounts() {
      return file.accounts
    },
    get servers() {
      return file.servers
    },
    setAccounts: (accounts) => void (file = { ...file, accounts }),
    setServers: (servers) => void (file = { ...file, servers }),
    get memoryAccepted() {
      return file.memoryWillDo
    },
  }
  const lock = { closed: false }
  /** Servers that have refused their token. */
  const signedOut = new Set<string>()
  const secrets: Pick<Secrets, 'storage' | 'locked' | 'read' | 'save' | 'delete'> = {
    storage: lasting ? 'keyring' : 'memory',
    get locked() {
      return lock.closed
    },
    async read(key) {
      if (lock.closed) return { kind: 'locked' }
      const value = stored.get(key)
      return value === undefined ? { kind: 'missing' } : { kind: 'secret', value }
    },
    save: async (key, secret) => void stored.set(key, secret),
    delete: async (key) => void stored.delete(key),
  }
  const create = () => {
    const { requests, ...accounts } = createAccounts({
      settings,
      secrets,
      server: {
        start: (sources) => void sent.sources.push(sources),
        setSources: (sources) => void sent.sources.push(sources),
        check: async () => undefined,
        async tryAccount(_account, onStep) {
          await answers.signIn?.()
          onStep('sign-in')
          return answers.tried
        },
      },
      links: {
        add: (id) => void sent.links.push(`+${id}`),
        remove: (id) => void sent.links.push(`-${id}`),
        setDemo: () => undefined,
        isSignedOut: (id) => signedOut.has(id),
      },
      async tryServer(_url, credential) {
        if (!answers.server.ok) return answers.server
        return { ok: true, token: 'token' in credential ? credential.token : `token of ${credential.code}` }
      },
      state: {
        update({ tryStep, unavailable }) {
          if (tryStep !== undefined) sent.steps.push(tryStep)
          if (unavailable) sent.unavailable = unavailable
        },
        addNotice: (notice) => void sent.notices.push(notice),
        dismissNotice: () => undefined,
      },
    })
    return { ...accounts, ...requests }
  }
  return { create, settings, stored, sent, answers, lock, signedOut }
}

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

const BY_BROWSER = { ...FORM, password: '', oauth: { provider: 'google', clientId: 'mine', clientSecret: 'shh-client' } } as const
const TOKENS = { account: FORM.account, clientId: 'mine', tokens: 'shh-refresh' }

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

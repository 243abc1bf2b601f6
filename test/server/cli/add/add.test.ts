import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { addAccount } from '../../../../server/cli/add/command.ts'
import { listKnown } from '../../../../server/cli/add/thunderbird.ts'
import type { AddDeps, AddOptions } from '../../../../server/cli/add/options.ts'
import { createOAuth } from '../../../../server/auth/oauth/oauth.ts'
import { createTokenStore } from '../../../../server/auth/oauth/store.ts'
import { loadConfig } from '../../../../server/config/load.ts'
import type { Candidate, CertificateView, Discovery, KnownAccount } from '../../../../common/protocol/discovery.ts'
import type { MailboxConfig, TryResult } from '../../../../server/discovery/try.ts'
import { Secret } from '../../../../server/auth/secret.ts'
import { candidate } from '../../../helpers/candidate.ts'
import { becomeOrdinaryUser } from '../../../helpers/programs/ordinary-user.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailbell-add-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const CERTIFICATE: CertificateView = {
  fingerprint: Array.from({ length: 32 }, () => 'AB').join(':'),
  subject: 'CN=imap.example.org',
  issuer: 'CN=Nobody',
  validFrom: '2026-01-01T00:00:00.000Z',
  validTo: '2027-01-01T00:00:00.000Z',
  problem: 'unknown-authority',
  canPin: true,
}
const untrusted = (canPin = true): TryResult => ({
  ok: false,
  error: { step: 'certificate', code: 'config', message: 'Nobody vouches for it.', certificate: { ...CERTIFICATE, canPin } },
})
const REFUSED: TryResult = { ok: false, error: { step: 'sign-in', code: 'auth', message: 'The password was refused.' } }

interface Play {
  readonly found?: readonly Candidate[]
  readonly provider?: Discovery['provider']
  /** What Thunderbird has. */
  readonly known?: readonly KnownAccount[]
  /** Answers to the prompts, in order; undefined: no terminal. */
  readonly answers?: readonly string[]
  readonly results?: readonly TryResult[]
  readonly options?: Partial<AddOptions>
  readonly forget?: AddDeps['forget']
}

/** The secret that the mailbox is opened with. */
function secretOf(config: MailboxConfig): Secret | null {
  if (config.type === 'pop3') return config.password
  if (config.type === 'imap') return config.password ?? new Secret({ value: '' })
  return 'token' in config.login ? config.login.token : config.login.password
}

/** Runs the command with these answers, this network and these results. */
async function play({ found = [candidate()], known = [], provider = null, answers, results = [], options = {}, forget }: Play) {
  const printed: string[] = []
  const warnings: string[] = []
  const questions: string[] = []
  const tried: { config: MailboxConfig; password: string }[] = []
  const left = [...(answers ?? [])]
  const outcomes = [...results]
  const answer = async (question: string): Promise<string> => {
    questions.push(question)
    return left.shift() ?? expect.fail(`Unexpected prompt: ${question}`)
  }
  const ended = await addAccount(
    'kim@example.org',
    { protocol: 'imap', security: 'tls', ...options },
    {
      terminal: {
        isInteractive: answers !== undefined,
        print: (line) => void printed.push(line),
        warn: (line) => void warnings.push(line),
        ask: answer,
        askSecret: answer,
      },
      readKnown: async () => ({ accounts: known, inboxes: [] }),
      find: async ({ full }) => ({ address: full, candidates: found, provider }),
      attempt: async (config, onStep) => {
        tried.push({ config, password: (await secretOf(config)?.read()) ?? '' })
        onStep('sign-in')
        return outcomes.shift() ?? { ok: true, unread: 3 }
      },
      env: {},
      dataDir: folder,
      forget: forget ?? createOAuth(createTokenStore(folder)).forget,
    },
  ).then(
    () => 'added',
    (error: Error) => error.message,
  )
  return { ended, printed, warnings, questions, tried }
}

const config = (): string => readFileSync(join(folder, 'mailbell.yml'), 'utf8')
const load = () => loadConfig({ flags: {}, env: {}, dataDir: folder, pageDir: null })

const knownAccount = (change: Partial<Candidate> = {}, more: Partial<KnownAccount> = {}): KnownAccount => ({
  discovery: { address: 'Kim@example.org', candidates: [candidate({ origins: ['thunderbird'], ...change })], provider: null },
  byBrowser: false,
  isPlain: false,
  folders: [],
  ...more,
})

describe('mailbell add --from-thunderbird', () => {
  const options = { fromThunderbird: true } as const

  test('takes server, user and folders from Thunderbird, and asks only for the password', async () => {
    const known = [knownAccount({ host: 'mail.example.org', port: 143, security: 'starttls', user: 'kim' }, { folders: ['*', '!\\Junk'] })]
    const { ended, questions, printed } = await play({ options, known, found: [], answers: ['secret'] })
    expect([ended, questions]).toEqual(['added', ['Password: ']])
    expect(printed[0]).toBe('IMAP at mail.example.org:143 (STARTTLS), as set up in Thunderbird')
    expect((await load()).sources).toMatchObject([
      { account: 'kim@example.org', host: 'mail.example.org', port: 143, security: 'starttls', user: 'kim', folders: ['*', '!\\Junk'] },
    ])
  })

  test('reaches a server on this machine without encryption, as Thunderbird does', async () => {
    const known = [knownAccount({ host: '127.0.0.1', port: 1143 }, { isPlain: true })]
    const { ended, printed } = await play({ options, known, answers: ['secret'] })
    expect([ended, printed[0]]).toEqual(['added', 'IMAP at 127.0.0.1:1143 (no encryption), as set up in Thunderbird'])
    expect((await load()).sources).toMatchObject([{ host: '127.0.0.1', port: 1143, security: 'none' }])
  })

  test('says so if Thunderbird does not have the account, and lists what it has without an address', async () => {
    expect((await play({ options })).ended).toContain('Thunderbird has no account kim@example.org')
    const printed: string[] = []
    const terminal = { print: (line: string) => void printed.push(line) }
    listKnown({ accounts: [knownAccount()], inboxes: ['/home/kim/p/Mail/Local Folders/Inbox'] }, terminal)
    expect(printed).toEqual([
      'Kim@example.org  IMAP at imap.example.org:993 (TLS), as set up in Thunderbird',
      'To add one, run: mailbell add ADDRESS --from-thunderbird',
      'To count a local inbox, add its line to `sources` in the config:',
      '  - { type: mbox, account: "/home/kim/p/Mail/Local Folders/Inbox", path: "/home/kim/p/Mail/Local Folders/Inbox" }',
    ])
    expect(() => listKnown({ accounts: [], inboxes: [] }, terminal)).toThrow('No Thunderbird with an account was found')
  })
})

describe('mailbell add', () => {
  test('asks only for the password, stores it in a private file, and writes a valid config', async () => {
    const { ended, questions, printed } = await play({ answers: ['pass word '] })
    expect(ended).toBe('added')
    expect(questions).toEqual(['Password: '])
    expect(printed.join('\n')).toContain('IMAP at imap.example.org:993 (TLS), named in the DNS of its domain (SRV)')
    expect(printed.join('\n') + config()).not.toContain('pass word')
    const [name = ''] = readdirSync(join(folder, 'secrets'))
    expect(name).not.toContain('kim')
    if (process.platform !== 'win32')
      for (const path of ['mailbell.yml', `secrets/${name}`]) expect(statSync(join(folder, path)).mode & 0o777).toBe(0o600)
    const [source] = (await load()).sources
    expect(source).toMatchObject({ type: 'imap', account: 'kim@example.org', host: 'imap.example.org', port: 993, security: 'tls' })
    expect(source?.type === 'imap' && (await source.password?.read())).toBe('pass word ')
  })

  test('deletes the access of an earlier account of this name once the new one is in the config', async () => {
    const tokens = createTokenStore(folder)
    const access = async (): Promise<unknown> => await tokens.read('kim@example.org', 'c')
    await tokens.write({ account: 'kim@example.org', clientId: 'c', accessToken: 'a' })
    await play({ answers: ['x'], results: [REFUSED, REFUSED, REFUSED], options: { passwordCommand: ['echo', 'x'] } })
    expect(await access()).not.toBeNull()
    expect((await play({ answers: ['x'] })).ended).toBe('added')
    expect([await access(), readdirSync(join(folder, 'oauth'))]).toEqual([null, []])
  })

  test('succeeds if the access of an earlier account cannot be deleted, and reports that', async () => {
    const forget = async () => await Promise.reject(new Error('EACCES: permission denied'))
    const { ended, printed, warnings } = await play({ answers: ['x'], forget })
    expect([ended, printed.at(-1)]).toEqual(['added', expect.stringMatching(/^Added kim@example.org/)])
    expect(warnings).toEqual([expect.stringMatching(/kim@example.org.*EACCES: permission denied/)])
    expect((await load()).sources).toHaveLength(1)
  })

  test('stores the password beside the config that --config names', async () => {
    const path = join(folder, 'team', 'mailbell.yml')
    expect((await play({ answers: ['secret'], options: { config: path } })).ended).toBe('added')
    expect(readdirSync(folder)).toEqual(['team'])
    const text = readFileSync(path, 'utf8')
    const [name = ''] = readdirSync(join(folder, 'team', 'secrets'))
    expect(text).toContain(`file: secrets/${name}`)
    renameSync(join(folder, 'team'), join(folder, 'moved'))
    const [source] = (await loadConfig({ flags: { config: join(folder, 'moved/mailbell.yml') }, env: {}, dataDir: folder, pageDir: null }))
      .sources
    expect(source?.type === 'imap' && (await source.password?.read())).toBe('secret')
  })

  const SERVER_USER = 61_234
  test.runIf(process.geteuid?.() === 0)('what root adds belongs to the owner of the folder, whose server reads it', async () => {
    chownSync(folder, SERVER_USER, SERVER_USER)
    for (const address of ['first', 'second']) {
      const { ended } = await play({ answers: ['secret'], options: { account: address, config: join(folder, 'mailbell.yml') } })
      expect(ended).toBe('added')
    }
    const paths = ['mailbell.yml', 'secrets', ...readdirSync(join(folder, 'secrets')).map((name) => `secrets/${name}`)]
    expect(paths).toHaveLength(4)
    for (const path of paths) expect(statSync(join(folder, path))).toMatchObject({ uid: SERVER_USER, gid: SERVER_USER })
    process.seteuid?.(SERVER_USER)
    try {
      const { sources } = await loadConfig({ flags: { config: join(folder, 'mailbell.yml') }, env: {}, dataDir: folder, pageDir: null })
      for (const source of sources) expect(source.type === 'imap' && (await source.password?.read())).toBe('secret')
    } finally {
      process.seteuid?.(0)
    }
    // Another owner of the file alone stays as well.
    chownSync(join(folder, 'mailbell.yml'), SERVER_USER + 1, SERVER_USER)
    expect((await play({ answers: ['secret'], options: { account: 'third' } })).ended).toBe('added')
    expect(statSync(join(folder, 'mailbell.yml')).uid).toBe(SERVER_USER + 1)
  })

  test('appends to an existing config, whose comments, order and mode stay', async () => {
    const before = `# mine\nserver: { port: 7000 } # not the usual one\nsources:\n  # the office\n  - { type: imap, account: a@example.org, host: h, user: a, password: { env: A } }\n\ntokens: [] # none yet\n`
    writeFileSync(join(folder, 'mailbell.yml'), before, { mode: 0o640 })
    expect((await play({ options: { passwordEnv: 'KIM_PASSWORD' } })).ended).toMatch(/KIM_PASSWORD is not set/)
    expect(config()).toBe(before)
    const { ended } = await play({ options: { passwordCommand: ['echo', 'secret'] } })
    expect(ended).toBe('added')
    const after = config()
    for (const line of before.split('\n').filter(Boolean)) expect(after).toContain(line)
    expect(after.indexOf('a@example.org')).toBeLessThan(after.indexOf('kim@example.org'))
    expect(after.indexOf('kim@example.org')).toBeLessThan(after.indexOf('tokens'))
    if (process.platform !== 'win32') expect(statSync(join(folder, 'mailbell.yml')).mode & 0o777).toBe(0o640)
    expect((await load()).sources.map((source) => source.type === 'imap' && source.account)).toEqual(['a@example.org', 'kim@example.org'])
    expect(readdirSync(folder)).toEqual(['mailbell.yml'])
  })

  test.each(['', 'sources: []\n', '# only a comment\n', 'server: { port: 7000 }\n'])('adds the list to %j', async (before) => {
    writeFileSync(join(folder, 'mailbell.yml'), before)
    expect((await play({ answers: ['x'] })).ended).toBe('added')
    expect((await load()).sources).toHaveLength(1)
    for (const line of before.split('\n').filter((text) => text.startsWith('#'))) expect(config()).toContain(line)
  })

  test('leaves no password behind where the config cannot be written, and a symbolic link stays one', async () => {
    // A file stands where the folder of the config should be.
    writeFileSync(join(folder, 'taken'), '')
    const { ended } = await play({ answers: ['x'], options: { config: join(folder, 'taken', 'mailbell.yml') } })
    expect(ended).toMatch(/^The password cannot be written to .*taken \((?:ENOTDIR|EEXIST)\)\.$/)
    // Its folder may only be read.
    mkdirSync(join(folder, 'secrets'))
    chmodSync(join(folder, 'secrets'), 0o777)
    chmodSync(folder, 0o555)
    const becomeMyself = becomeOrdinaryUser()
    const refused = await play({ answers: ['x'] }).finally(becomeMyself)
    chmodSync(folder, 0o700)
    expect(refused.ended).toMatch(/mailbell\.yml cannot be written \(EACCES\)/)
    expect(readdirSync(join(folder, 'secrets'))).toEqual([])
    writeFileSync(join(folder, 'real.yml'), '# mine\n')
    symlinkSync('real.yml', join(folder, 'mailbell.yml'))
    expect((await play({ answers: ['x'] })).ended).toBe('added')
    expect(lstatSync(join(folder, 'mailbell.yml')).isSymbolicLink()).toBe(true)
    expect(readFileSync(join(folder, 'real.yml'), 'utf8')).toMatch(/^# mine\n[^]*kim@example\.org/)
  })

  test('rejects an existing account at once, and leaves an invalid config unchanged', async () => {
    await play({ answers: ['x'] })
    const again = await play({ answers: [] })
    expect([again.ended, again.tried]).toEqual([expect.stringContaining('already'), []])
    writeFileSync(join(folder, 'mailbell.yml'), 'sources: [nothing]\n')
    expect((await play({ answers: [] })).ended).toMatch(/^mailbell\.yml:1:/)
  })

  test('lets the person choose from several servers, and takes the best with --yes or without a terminal', async () => {
    const found = [candidate(), candidate({ host: 'mail.example.org' })]
    expect((await play({ found, answers: ['2', 'x'] })).tried).toMatchObject([{ config: { host: 'mail.example.org' } }])
    expect((await play({ found, answers: ['7'], options: { account: 'second' } })).ended).toMatch(/not one of them/)
    const alone = { passwordCommand: ['echo', 'x'], account: 'third' }
    expect((await play({ found, options: alone })).tried).toMatchObject([{ config: { host: 'imap.example.org' } }])
    expect((await play({ found, answers: ['x'], options: { yes: true, account: 'fourth' } })).tried).toMatchObject([
      { config: { host: 'imap.example.org' } },
    ])
  })

  test('accepts a named server, for either protocol, with its default port', async () => {
    const option = (change: Partial<AddOptions>) => ({ host: 'h', passwordCommand: ['echo', 'x'], ...change })
    await play({ options: option({ account: 'a' }) })
    await play({ options: option({ account: 'b', protocol: 'pop3', user: 'kim' }) })
    await play({ options: option({ account: 'c', protocol: 'pop3', security: 'starttls' }) })
    await play({ found: [candidate({ protocol: 'pop3', port: 995 })], options: { account: 'd', passwordCommand: ['echo', 'x'] } })
    expect((await load()).sources).toMatchObject([
      { type: 'imap', host: 'h', port: 993 },
      { type: 'pop3', host: 'h', port: 995, user: 'kim' },
      { type: 'pop3', host: 'h', port: 110, security: 'starttls' },
      { type: 'pop3', host: 'imap.example.org', port: 995 },
    ])
  })

  test('signs in to JMAP with a password or a token, as the server accepts', async () => {
    const jmap = { protocol: 'jmap', host: 'jmap.example.org', port: 443, url: 'https://jmap.example.org/session' } as const
    const options = (account: string) => ({ account, passwordCommand: ['echo', 'x'], folders: ['INBOX'] })
    const first = await play({ found: [candidate({ ...jmap, signIn: ['password', 'token'] })], options: options('a') })
    const second = await play({ found: [candidate({ ...jmap, signIn: ['token'] })], options: options('b') })
    expect([...first.tried, ...second.tried].map(({ password }) => password)).toEqual(['x', 'x'])
    expect((await load()).sources).toMatchObject([
      { type: 'jmap', url: 'https://jmap.example.org/session', login: { user: 'kim@example.org' }, folders: ['INBOX'] },
      { type: 'jmap', login: { token: expect.anything() } },
    ])
  })

  test('leaves the sign-in to the browser where a client is named', async () => {
    const found = [candidate({ host: 'outlook.office365.com', signIn: ['microsoft'] })]
    const { ended, tried, printed } = await play({ found, options: { oauthClient: 'my-client' } })
    expect([ended, tried]).toEqual(['added', []])
    expect(printed.at(-1)).toContain('mailbell login kim@example.org')
    expect((await load()).sources).toMatchObject([{ type: 'imap', host: 'outlook.office365.com', password: null }])
    expect(config()).toMatch(/oauth:\s+provider: microsoft\s+clientId: my-client/)
    const none = await play({ options: { oauthClient: 'my-client', account: 'b' } })
    expect(none.ended).toMatch(/omit --oauth-client/)
  })

  test('sends no password to another domain that only DNS names, unless confirmed', async () => {
    const found = [candidate({ host: 'imap.other.example', mustConfirm: true })]
    const options = { passwordCommand: ['echo', 'x'], yes: true }
    for (const refused of [await play({ found, options }), await play({ found, options, answers: ['n'] })])
      expect(refused.tried).toEqual([])
    expect((await play({ found, options })).ended).toContain('--trust-server imap.other.example')
    expect((await play({ found, options, answers: ['yes'] })).ended).toBe('added')
    expect((await play({ found, options: { ...options, account: 'b', trustServer: 'imap.other.example' } })).ended).toBe('added')
  })

  test('shows a certificate that is not accepted, and pins it only if confirmed', async () => {
    const options = { passwordCommand: ['echo', 'x'], yes: true }
    const refused = await play({ options, results: [untrusted()] })
    expect(refused.ended).toContain(`--pin ${CERTIFICATE.fingerprint}`)
    for (const part of [CERTIFICATE.fingerprint, CERTIFICATE.subject, CERTIFICATE.issuer, '2026-01-01 to 2027-01-01'])
      expect(refused.printed.join('\n')).toContain(part)
    expect((await play({ options, results: [untrusted()], answers: [''] })).ended).toMatch(/not accepted/)
    expect((await play({ options, results: [untrusted(false)], answers: [] })).ended).toBe('Nobody vouches for it.')
    const { ended, tried } = await play({ options, results: [untrusted()], answers: ['y'] })
    expect([ended, tried.map((one) => one.config.pin)]).toEqual(['added', [undefined, 'ab'.repeat(32)]])
    const [source] = (await load()).sources
    expect(source).toMatchObject({ pin: 'ab'.repeat(32) })
  })

  test('asks for a mistyped password at most twice more, and names the failed step', async () => {
    const { ended, tried, printed } = await play({ answers: ['a', 'b', 'c'], results: [REFUSED, REFUSED, REFUSED] })
    expect([ended, tried.map(({ password }) => password)]).toEqual(['The password was refused.', ['a', 'b', 'c']])
    expect(printed).toContain('failed  sign in: The password was refused.')
    expect(readdirSync(folder)).toEqual([])
    expect((await play({ options: { passwordCommand: ['echo', 'x'] }, results: [REFUSED] })).tried).toHaveLength(1)
  })

  test('shows what the provider requires first, and providers that cannot be counted', async () => {
    const name = { en: 'Example', ko: '예시' }
    const provider = {
      id: 'example',
      name,
      webUrl: 'https://example.org/',
      steps: [{ text: { en: 'Switch IMAP on.', ko: 'IMAP을 켜세요.' }, url: 'https://example.org/settings' }],
    }
    const { printed } = await play({ provider, answers: ['x'] })
    expect((await load()).sources).toMatchObject([{ webUrl: 'https://example.org/' }])
    expect(printed).toEqual(expect.arrayContaining(['First, at Example:', '  - Switch IMAP on. https://example.org/settings']))
    const browser = await play({ provider, found: [candidate({ signIn: ['microsoft'] })], options: { account: 'b' }, answers: [] })
    expect([browser.ended, browser.tried]).toEqual([expect.stringContaining('--oauth-client'), []])
    const none = await play({
      provider: { ...provider, refusal: { en: 'It lets nobody in.', ko: '…' } },
      found: [],
      options: { account: 'b' },
    })
    expect(none.ended).toBe('It lets nobody in.')
    expect((await play({ found: [], options: { account: 'b' } })).ended).toMatch(/--host/)
    const app = await play({ found: [candidate({ signIn: ['app-password', 'google'] })], options: { account: 'c' }, answers: ['x'] })
    expect(app.questions).toEqual(['App password: '])
  })

  test.each([
    [{}, /--password-env/],
    [{ passwordEnv: 'A', passwordFile: 'b' }, /only one/],
  ])('without a terminal requires exactly one source of the password: %j', async (options, words) => {
    expect((await play({ options })).ended).toMatch(words)
  })
})

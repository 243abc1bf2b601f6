/** A running `mailbell serve` whose accounts a client adds, changes and removes, with a real mail server. */
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { TryState } from '../../../../common/protocol/manage.ts'
import { toPathId } from '../../../../common/protocol/path-ids.ts'
import { sha256Of } from '../../../../server/auth/tokens.ts'
import { serveCommand, type ServedCommand } from '../../../helpers/cli.ts'
import { type DovecotServer, startDovecot } from '../../../helpers/imap/dovecot.ts'
import { connectImap, rawMessage } from '../../../helpers/imap/imap-client.ts'
import { createOpenApiCheck } from '../../../helpers/web/openapi.ts'
import { needs } from '../../../helpers/parts.ts'
import { canMakeReadOnly, makeReadOnly } from '../../../helpers/programs/read-only.ts'
import { type Answer, send, type SendOptions } from '../../../helpers/server.ts'
import { until } from '../../../helpers/until.ts'

const KIM = 'kim@example.org'
const CONFIG = `# Of the whole team.
sources:
  # Counted since 2020.
  - type: countdir # by the old program
    path: counts
tokens:
  - { name: boss, hash: "sha256:${sha256Of('boss')}", scope: [ read, manage ], accounts: "*" }
  - { name: reader, hash: "sha256:${sha256Of('reader')}", accounts: "*" }
  - { name: limited, hash: "sha256:${sha256Of('limited')}", scope: [ read, manage ], accounts: [ other@example.org ] }
`

describe.runIf(needs('dovecot') && needs('openssl'))('a server whose accounts a client manages', () => {
  let dovecot: DovecotServer
  let folder: string
  let server: ServedCommand
  let port: number
  beforeAll(async () => {
    dovecot = await startDovecot({})
    const client = await connectImap({ port: dovecot.port, user: KIM, password: dovecot.password })
    await client.append('INBOX', rawMessage('Subject: one'))
    client.close()
  })
  afterAll(() => dovecot.close())
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mailbell-manage-'))
  })
  afterEach(async () => {
    await server.end()
    rmSync(folder, { recursive: true, force: true })
  })

  const file = () => join(folder, 'mailbell.yml')
  const config = (): string => readFileSync(file(), 'utf8')
  const secrets = (): string[] => {
    try {
      return readdirSync(join(folder, 'secrets'))
    } catch {
      return []
    }
  }
  async function serve(text: string | null = CONFIG): Promise<void> {
    if (text !== null) {
      mkdirSync(join(folder, 'counts'), { recursive: true })
      writeFileSync(file(), text)
    }
    server = await serveCommand(['--port', '0'], { MAILBELL_DATA_DIR: folder, MAILBELL_CONFIG: '' })
    port = Number(new URL(server.url).port)
  }
  const boss = (): string => server.token || 'boss'
  const ask = (method: string, path: string, options: SendOptions = {}): Promise<Answer> =>
    send(port, method, `/v1/manage/${path}`, { token: boss(), ...options })
  const form = (change: object = {}) => ({
    account: KIM,
    protocol: 'imap',
    host: '127.0.0.1',
    port: dovecot.port,
    security: 'none',
    user: KIM,
    password: dovecot.password,
    folders: [],
    ...change,
  })

  /** Follows a try to its end, by polls that are held. */
  async function tryIt(account: object, again = false): Promise<{ last: TryState; steps: unknown[] }> {
    const started = await ask('POST', 'tries', { body: { account, again } })
    if (started.status !== 200) throw new Error(started.text)
    const { id } = started.json()
    const steps: unknown[] = []
    for (let etag: string | undefined; ;) {
      const headers = etag === undefined ? {} : { 'if-none-match': etag, prefer: 'wait=20' }
      const answer = await ask('GET', `tries/${String(id)}`, { headers })
      etag = answer.headers.etag
      if (answer.status === 304) continue
      const state = JSON.parse(answer.text) as TryState
      if (state.kind === 'done' || state.kind === 'failed') return { last: state, steps }
      if (state.kind === 'step') steps.push(state.step)
    }
  }
  const counted = async (): Promise<unknown> =>
    (await send(port, 'GET', '/v1/accounts', { token: boss() })).json().accounts?.map(({ id, unread, status }) => [id, unread, status])
  const counts = (expected: unknown): Promise<unknown> =>
    until(async () => JSON.stringify(await counted()) === JSON.stringify(expected), 20_000)
  const pathOf = (account: string): string => `accounts/${toPathId(account)}`

  test('adds an account to the config, keeps its comments, stores the password privately, and counts at once', async () => {
    await serve()
    expect((await ask('GET', 'accounts')).json()).toEqual({ file: file(), accounts: [] })
    const { last, steps } = await tryIt(form({ folders: ['INBOX', '회의'] }))
    expect(last).toEqual({ kind: 'done' })
    expect(steps.at(-1)).toBe('folders')
    await counts([[KIM, 1, 'ok']])
    expect(config()).toContain('# Of the whole team.\nsources:\n  # Counted since 2020.\n  - type: countdir # by the old program\n')
    const [secret = ''] = secrets()
    expect(config()).toContain(`password:\n      file: secrets/${secret}`)
    expect(readFileSync(join(folder, 'secrets', secret), 'utf8')).toBe(`${dovecot.password}\n`)
    expect(statSync(join(folder, 'secrets', secret)).mode & 0o777).toBe(0o600)
    expect(config()).not.toContain(dovecot.password)
    expect((await ask('GET', 'accounts')).json()).toEqual({ file: file(), accounts: [KIM] })
    const stored = await ask('GET', pathOf(KIM))
    expect(stored.json()).toEqual({
      account: KIM,
      protocol: 'imap',
      host: '127.0.0.1',
      port: dovecot.port,
      security: 'none',
      user: KIM,
      folders: ['INBOX', '회의'],
    })
    expect(stored.text + server.stderr()).not.toContain(dovecot.password)
  })

  test('without a config creates the one that `mailbell add` creates, says so, and serves neither demo nor get.php from then on', async () => {
    await serve(null)
    await until(async () => JSON.stringify(await counted()).includes('demo'))
    expect((await send(port, 'GET', '/get.php?userID=demo&mailCount=x', { token: null })).status).toBe(200)
    expect((await tryIt(form())).last).toEqual({ kind: 'done' })
    await counts([[KIM, 1, 'ok']])
    await until(() => server.stdout().includes(`Created ${file()}; the server uses it from now on.`))
    expect(statSync(file()).mode & 0o777).toBe(0o600)
    expect((await send(port, 'GET', '/get.php?userID=demo&mailCount=x', { token: null })).status).toBe(404)
    await server.end()
    await serve(null)
    await counts([[KIM, 1, 'ok']])
  })

  test('stores nothing if the sign-in fails, and says at which step', async () => {
    await serve()
    const { last } = await tryIt(form({ password: 'wrong' }))
    expect(last).toMatchObject({ kind: 'failed', code: 'auth', step: 'sign-in' })
    expect([config(), secrets()]).toEqual([CONFIG, []])
  })

  test('asks about a certificate of an unknown authority, and pins it once the user has accepted it', async () => {
    await serve()
    const overTls = { host: 'localhost', port: dovecot.tlsPort, security: 'tls' }
    const { last } = await tryIt(form(overTls))
    if (last.kind !== 'failed' || !last.certificate) throw new Error('It was accepted.')
    expect([last.step, last.certificate.problem, last.certificate.canPin]).toEqual(['certificate', 'unknown-authority', true])
    expect(config()).toBe(CONFIG)
    const pin = last.certificate.fingerprint.replaceAll(':', '').toLowerCase()
    expect((await tryIt(form({ ...overTls, pin }))).last).toEqual({ kind: 'done' })
    await counts([[KIM, 1, 'ok']])
  })

  test('signs in again: replaces the sign-in alone, and keeps what a person has written', async () => {
    await serve()
    await tryIt(form())
    const [old = ''] = secrets()
    const edited = config().replace(`account: ${KIM}`, `account: ${KIM} # our first\n    interval: 90s`)
    writeFileSync(file(), edited)
    expect((await tryIt(form({ password: 'wrong' }), true)).last).toMatchObject({ kind: 'failed', code: 'auth' })
    expect([config(), secrets()]).toEqual([edited, [old]])
    expect((await tryIt(form(), true)).last).toEqual({ kind: 'done' })
    const [renewed = '', ...more] = secrets()
    expect([renewed === old, more]).toEqual([false, []])
    expect(config()).toBe(edited.replace(old, renewed))
    await counts([[KIM, 1, 'ok']])
    expect((await tryIt(form({ account: 'gone@example.org' }), true)).last).toMatchObject({ kind: 'failed', code: 'not-found' })
  })

  test('removes an account with its password, and nothing else', async () => {
    await serve()
    await tryIt(form())
    await counts([[KIM, 1, 'ok']])
    expect((await ask('DELETE', pathOf(KIM))).status).toBe(204)
    await counts([])
    expect([config(), secrets()]).toEqual([CONFIG, []])
    expect((await ask('DELETE', pathOf(KIM))).status).toBe(404)
  })

  test('adds an account once if two clients ask at the same time', async () => {
    await serve()
    const ends = await Promise.all([tryIt(form()), tryIt(form())])
    expect(ends.map(({ last }) => ('code' in last ? last.code : last.kind)).toSorted()).toEqual(['done', 'exists'])
    expect([config().split(KIM).length, secrets().length]).toEqual([3, 1])
    expect((await tryIt(form())).last).toMatchObject({ kind: 'failed', code: 'exists' })
  })

  test('keeps what was written into the config during a try', async () => {
    await serve()
    const started = tryIt(form())
    writeFileSync(file(), CONFIG.replace('counts\n', 'counts\n    interval: 9s\n'))
    expect((await started).last).toEqual({ kind: 'done' })
    expect(config()).toContain('interval: 9s')
    expect(config()).toContain(KIM)
  })

  test('changes nothing in a config with errors, and names them', async () => {
    await serve()
    writeFileSync(file(), `${CONFIG}sorces: []\n`)
    const refused = await ask('POST', 'tries', { body: { account: form(), again: false } })
    expect([refused.status, refused.json()['code'], refused.json()['detail']]).toEqual([
      409,
      'config-broken',
      expect.stringContaining('sorces'),
    ])
    expect([config(), secrets()]).toEqual([`${CONFIG}sorces: []\n`, []])
  })

  const COUNTED = 'sources:\n  # Counted'
  const entries = (...lines: readonly string[]): string => ['sources:', ...lines.map((line) => `  - { ${line} }`), '  # Counted'].join('\n')
  const LEE = "type: command, account: lee, command: [echo, '1']"
  const BROKEN: readonly [string, string, string][] = [
    ['names a missing file', entries('type: imap, account: lee, host: h, user: lee, password: { env: P }, ca: gone.pem'), 'sources[0].ca'],
    ['has the id of a third', entries(LEE, LEE), 'sources[1].account: must be unique'],
    ['has a label for many accounts', entries('type: countdir, path: more, label: All'), 'sources[0].label'],
    ['has an unknown key', entries(`${LEE}, lable: Lee`), 'lable'],
  ]

  test.each(BROKEN)('renames, removes and adds nothing while another entry %s', async (_name, lines, words) => {
    await serve()
    await tryIt(form())
    await counts([[KIM, 1, 'ok']])
    const good = config()
    const broken = good.replace(COUNTED, lines)
    writeFileSync(file(), broken)
    const before = [broken, secrets()]
    for (const refused of [
      await ask('PATCH', pathOf(KIM), { body: { label: 'Work' } }),
      await ask('DELETE', pathOf(KIM)),
      await ask('POST', 'tries', { body: { account: form({ account: 'new@example.org' }), again: false } }),
    ])
      expect([refused.status, refused.json()['code'], refused.json()['detail']]).toEqual([
        409,
        'config-broken',
        expect.stringContaining(words),
      ])
    expect([config(), secrets()]).toEqual(before)
    // The page refers to the log.
    const line = (text: string): boolean => text.includes('clients cannot change it') && text.includes(words)
    await until(() => server.stderr().split('\n').filter(line).length === 3)
    expect(await counted()).toEqual([[KIM, 1, 'ok']])
    writeFileSync(file(), good)
    expect((await ask('PATCH', pathOf(KIM), { body: { label: 'Work' } })).status).toBe(204)
  })

  test.each(BROKEN)('stores nothing of an account if another entry %s since the sign-in began', async (_name, lines, words) => {
    await serve()
    await tryIt(form())
    const stored = secrets()
    const broken = config().replace(COUNTED, lines)
    // The mail server waits for the edit.
    const relay = createServer((socket) => {
      writeFileSync(file(), broken)
      socket.pipe(connect(dovecot.port, '127.0.0.1')).pipe(socket)
    })
    await once(relay.listen(0, '127.0.0.1'), 'listening')
    const { port: relayed } = relay.address() as AddressInfo
    for (const [account, again] of [
      ['new@example.org', false],
      [KIM, true],
    ] as const) {
      const { last } = await tryIt(form({ account, port: relayed }), again)
      expect(last).toEqual({ kind: 'failed', code: 'config-broken', message: expect.stringContaining(words) })
      expect([config(), secrets()]).toEqual([broken, stored])
      await until(() => server.stderr().includes(words))
      writeFileSync(file(), broken.replace(lines, COUNTED))
    }
    relay.close()
  })

  test('removes the entry that is broken', async () => {
    await serve()
    await tryIt(form())
    writeFileSync(file(), config().replace(`account: ${KIM}`, `account: ${KIM}\n    ca: gone.pem`))
    expect((await ask('DELETE', pathOf(KIM))).status).toBe(204)
    expect([config(), secrets()]).toEqual([CONFIG, []])
  })

  test('says that it cannot write, and loses nothing', async () => {
    await serve()
    // Where root may write anything, a file in the place of the folder still stops it.
    writeFileSync(join(folder, 'secrets'), 'mine')
    expect((await tryIt(form())).last).toMatchObject({ kind: 'failed', code: 'config-not-written' })
    expect([config(), readFileSync(join(folder, 'secrets'), 'utf8')]).toEqual([CONFIG, 'mine'])
  })

  test.runIf(canMakeReadOnly())('says before a sign-in that its config is read-only, and changes nothing', async () => {
    await serve()
    await tryIt(form())
    await counts([[KIM, 1, 'ok']])
    const before = [config(), secrets()]
    const end = makeReadOnly(folder)
    try {
      const sentence = expect.stringMatching(/^The config \S+ cannot be written \(EROFS\); its file system is read-only; .+\.$/)
      for (const refused of [await ask('PATCH', pathOf(KIM), { body: { label: 'Work' } }), await ask('DELETE', pathOf(KIM))])
        expect([refused.status, refused.json()['code'], refused.json()['detail']]).toEqual([409, 'config-not-written', sentence])
      const { last, steps } = await tryIt(form({ account: 'new@example.org', password: 'wrong' }))
      expect([last, steps]).toEqual([{ kind: 'failed', code: 'config-not-written', message: sentence }, []])
    } finally {
      end()
    }
    expect([config(), secrets()]).toEqual(before)
    await counts([[KIM, 1, 'ok']])
    expect((await ask('PATCH', pathOf(KIM), { body: { label: 'Work' } })).status).toBe(204)
  })

  test('renames an account: what people call it changes, and nothing else', async () => {
    await serve()
    await tryIt(form())
    await counts([[KIM, 1, 'ok']])
    const edited = config().replace(`account: ${KIM}`, `account: ${KIM} # our first`)
    writeFileSync(file(), edited)
    const stored = secrets()
    const rename = async (label: unknown) => (await ask('PATCH', pathOf(KIM), { body: { label } })).status
    const account = async () => (await send(port, 'GET', '/v1/accounts', { token: boss() })).json().accounts?.[0]
    const tag = (await send(port, 'GET', '/v1/accounts', { token: 'reader' })).headers.etag ?? ''
    const parked = send(port, 'GET', '/v1/accounts', { token: 'reader', headers: { 'if-none-match': tag, prefer: 'wait=20' } })
    expect(await rename('  yes: 업무 # 1  ')).toBe(204)
    expect((await parked).json()).toMatchObject({ accounts: [{ id: KIM, label: 'yes: 업무 # 1', unread: 1, status: 'ok' }] })
    expect(config()).toBe(edited.replace('# our first\n', '# our first\n    label: "yes: 업무 # 1"\n'))
    expect(secrets()).toEqual(stored)
    expect((await ask('GET', pathOf(KIM))).json()).toMatchObject({ account: KIM, label: 'yes: 업무 # 1' })
    expect((await tryIt(form(), true)).last).toEqual({ kind: 'done' })
    expect(await account()).toMatchObject({ label: 'yes: 업무 # 1', unread: 1 })
    expect(await rename('')).toBe(204)
    expect(await account()).not.toHaveProperty('label')
    expect(config()).not.toContain('label')
    expect(config()).toContain('# our first')
    expect([await rename('x'.repeat(101)), await rename('a\nb'), await rename(5), await rename(null)]).toEqual([400, 400, 400, 400])
    expect((await ask('PATCH', pathOf('gone@example.org'), { body: { label: 'x' } })).status).toBe(404)
    expect((await ask('PATCH', pathOf(KIM), { token: 'limited', body: { label: 'x' } })).status).toBe(403)
    expect(await account()).not.toHaveProperty('label')
  })

  test('checks an account at once', async () => {
    await serve()
    await tryIt(form())
    await counts([[KIM, 1, 'ok']])
    expect((await ask('POST', `${pathOf(KIM)}/check`)).status).toBe(204)
    expect((await ask('POST', 'accounts/other/check')).status).toBe(404)
  })

  test('is for tokens with the scope, from this page and this machine, for their accounts', async () => {
    await serve()
    const post = { body: { account: form(), again: false } }
    const codeOf = async (answer: Promise<Answer>) => [(await answer).status, (await answer).json()['code']]
    for (const [method, path] of [
      ['GET', 'accounts'],
      ['POST', 'tries'],
      ['POST', 'find'],
      ['PATCH', pathOf(KIM)],
      ['DELETE', pathOf(KIM)],
    ] as const)
      expect(await codeOf(ask(method, path, { token: 'reader', ...(method === 'POST' && post) }))).toEqual([403, 'forbidden'])
    expect(await codeOf(ask('GET', 'accounts', { headers: { origin: 'https://evil.example' } }))).toEqual([403, 'forbidden'])
    expect(await codeOf(ask('GET', 'accounts', { headers: { 'sec-fetch-site': 'cross-site' } }))).toEqual([403, 'forbidden'])
    expect(await codeOf(ask('GET', 'accounts', { headers: { 'x-forwarded-for': '192.0.2.1' } }))).toEqual([403, 'insecure'])
    expect(await codeOf(ask('GET', 'accounts', { headers: { 'x-forwarded-proto': 'http' } }))).toEqual([403, 'insecure'])
    expect((await ask('GET', 'accounts', { headers: { 'x-forwarded-proto': 'https' } })).status).toBe(200)
    expect(await codeOf(ask('POST', 'tries', { token: 'limited', ...post }))).toEqual([403, 'forbidden'])
    const infoOf = async (token: string) => (await send(port, 'GET', '/v1/server', { token })).json()['scopes']
    expect([await infoOf('boss'), await infoOf('reader')]).toEqual([['read', 'manage'], ['read']])
  })

  test.each([
    ['a command in the place of the password', { password: { command: ['id'] } }, 'account.password'],
    ['a source of another kind', { protocol: 'command' }, 'account.protocol'],
    ['a key that only the file may have', { ca: '/etc/passwd' }, 'account.ca'],
    ['a password in plain text to another machine', { host: 'mail.example.org' }, 'account.security'],
    ['a link-local address', { host: '169.254.169.254', security: 'tls' }, 'account.host'],
    ['a link-local address, as IPv6 writes it', { host: '::ffff:169.254.169.254', security: 'tls' }, 'account.host'],
    ['no host at all', { host: '0.0.0.0', security: 'tls' }, 'account.host'],
    ['the sign-in of a desktop', { password: '', desktop: true }, 'account.desktop'],
  ])('never takes %s', async (_name, change, field) => {
    await serve()
    const refused = await ask('POST', 'tries', { body: { account: form(change), again: false } })
    expect([refused.status, refused.json()['field']]).toEqual([400, field])
    expect([config(), secrets()]).toEqual([CONFIG, []])
  })

  test('answers as its API document says', async () => {
    await serve()
    const document = JSON.parse((await send(port, 'GET', '/v1/openapi.json', { token: null })).text)
    const check = createOpenApiCheck(document)
    const errors: string[] = []
    const play = async (method: string, path: string, at: string, options: SendOptions = {}): Promise<Answer> => {
      const { status, headers, text, json } = await ask(method, at, options)
      errors.push(
        ...check({ method, path: `/v1/manage/${path}`, body: options.body, status, headers, text }).map(
          (error) => `${method} ${path} ${status}: ${error}`,
        ),
      )
      return { status, headers, text, json }
    }
    await play('POST', 'find', 'find', { body: { address: 'kim@gmail.com' } })
    const started = await play('POST', 'tries', 'tries', { body: { account: form(), again: false } })
    const followed = `tries/${String(started.json()['id'])}`
    await until(async () => (await play('GET', 'tries/{try}', followed)).text.includes('done'))
    await play('GET', 'accounts', 'accounts')
    await play('GET', 'accounts/{id}', pathOf(KIM))
    await play('POST', 'accounts/{id}/check', `${pathOf(KIM)}/check`)
    await play('DELETE', 'tries/{try}', followed)
    await play('PATCH', 'accounts/{id}', pathOf(KIM), { body: { label: 'Work' } })
    await play('GET', 'accounts/{id}', pathOf(KIM))
    await play('PATCH', 'accounts/{id}', pathOf(KIM), { body: { label: 5 } })
    await play('DELETE', 'accounts/{id}', pathOf(KIM))
    for (const headers of [{ 'x-forwarded-proto': 'http' }, { origin: 'https://evil.example' }])
      await play('GET', 'accounts', 'accounts', { headers })
    await play('GET', 'accounts/{id}', 'accounts/gone')
    await play('GET', 'tries/{try}', 'tries/gone')
    await play('POST', 'tries', 'tries', { body: { account: form({ host: '169.254.169.254' }), again: false } })
    expect([...new Set(errors)]).toEqual([])
  })

  test('finds a mailbox, and shows a try to its token alone', async () => {
    await serve()
    const found = await ask('POST', 'find', { body: { address: 'kim@gmail.com' } })
    expect(found.json()).toMatchObject({ address: 'kim@gmail.com', provider: { id: 'gmail' } })
    const { id } = (await ask('POST', 'tries', { body: { account: form(), again: false } })).json()
    expect((await ask('GET', `tries/${String(id)}`, { token: 'limited' })).status).toBe(404)
    expect((await ask('DELETE', `tries/${String(id)}`, { token: 'limited' })).status).toBe(404)
  })
})

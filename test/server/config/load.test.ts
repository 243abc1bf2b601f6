import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadConfig } from '../../../server/config/load.ts'
import type { ConfigError } from '../../../server/yaml/errors.ts'
import { dataDirOf } from '../../../server/platform/data-dir.ts'
import { sha256Of } from '../../../server/auth/tokens.ts'
import { Secret } from '../../../server/auth/secret.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailbell-config-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const load = (text: string | null, flags = {}, env = {}) => {
  if (text !== null) writeFileSync(join(folder, 'mailbell.yml'), text)
  return loadConfig({ flags, env, dataDir: folder, pageDir: null })
}
const mistakesOf = async (text: string): Promise<readonly string[]> => {
  const error: ConfigError = await load(text).then(
    () => expect.unreachable('it was taken'),
    (reason) => reason,
  )
  return error.errors
}

test('without a file the config is the demo on loopback', async () => {
  expect(await load(null)).toMatchObject({ demo: true, sources: [], tokens: [], http: { host: '127.0.0.1', port: 6245, legacy: true } })
})

test('flags override the environment, which overrides the file; the result is frozen', async () => {
  const text = 'server: { host: 10.0.0.1, port: 1, hold: 30s }'
  const config = await load(text, { port: 3 }, { MAILBELL_PORT: '2', MAILBELL_HOST: '10.0.0.2' })
  expect(config.http).toMatchObject({ host: '10.0.0.2', port: 3, maxHoldSeconds: 30 })
  expect(config.demo).toBe(false)
  expect(Object.isFrozen(config.http.caps)).toBe(true)
})

test.each(['tcp://10.96.0.1:6245', 'udp://10.96.0.1:6245', 'tcp://[fd00::1]:6245'])(
  'MAILBELL_PORT=%s is what Kubernetes sets for a service of that name',
  async (port) => {
    expect((await load('server: { port: 7 }', {}, { MAILBELL_PORT: port })).http.port).toBe(7)
    expect((await load(null, {}, { MAILBELL_PORT: port })).http.port).toBe(7)
  },
)

test.each(['x', '6245\r', '"6245"', 'http://mail.example.org:6245'])('MAILBELL_PORT=%j is an error', async (port) => {
  await expect(load('demo: true', {}, { MAILBELL_PORT: port })).rejects.toThrow('MAILBELL_PORT: must be a whole number from 0 to 65535')
})

test('an empty key is as an absent one', async () => {
  const none = await load('{}')
  expect(await load('server:\nsources:\ntokens:\n  # - { name: a }\nredis:\ndemo: ~\npersist:')).toEqual(none)
  expect(await load('server:\n  port:\n  limits:\n  allowedHosts:')).toEqual(none)
  expect(await mistakesOf('sources:\n  -\n')).toEqual([expect.stringContaining('mailbell.yml:2:4 sources[0]: ')])
  expect(await mistakesOf('tokens:\n  - name:\n    accounts:\n    hash:')).toEqual([
    'mailbell.yml:2:5 tokens[0].name: is missing; it must be a name',
    'mailbell.yml:3:5 tokens[0].accounts: is missing; it must be a list of account ids, or "*" for all',
  ])
})

test.each([
  ['Latin-1', Buffer.from('tokens: [{ accounts: [jürgen] }]', 'latin1')],
  ['UTF-16', Buffer.from('\ufeffdemo: true', 'utf16le')],
  ['UTF-16 without a mark', Buffer.from('demo: true', 'utf16le')],
])('a file in %s is refused', async (_encoding, bytes) => {
  writeFileSync(join(folder, 'mailbell.yml'), bytes)
  await expect(load(null)).rejects.toThrow(/mailbell\.yml is not UTF-8 text; save it as UTF-8\.$/)
})

test('a file may begin with a byte order mark, and have the line ends of Windows', async () => {
  expect((await load('\ufeffserver:\r\n  port: 7\r\n')).http.port).toBe(7)
})

test.skipIf(process.platform === 'win32')('a config that cannot be read is not the demo', async () => {
  const path = join(folder, 'mailbell.yml')
  symlinkSync('moved.yml', path)
  await expect(load(null)).rejects.toThrow('cannot be read (ENOENT); check the path.')
  writeFileSync(join(folder, 'moved.yml'), 'server: { port: 7 }')
  expect((await load(null)).http.port).toBe(7)
  rmSync(path)
  mkdirSync(path)
  await expect(load(null)).rejects.toThrow('cannot be read (EISDIR); it is a folder, as containers make one')
})

test('a relative path starts in the folder of the file', async () => {
  writeFileSync(join(folder, 'feeder.token'), 'the-feeders-secret\n')
  const { sources, tokens } = await load(`sources:
  - { type: sql, url: 'sqlite:mail.sqlite', query: SELECT 1 }
  - { type: imap, account: a, host: mail.example.org, user: a, password: { file: feeder.token } }
tokens:
  - { name: feeder, secret: { file: feeder.token }, scope: collect, accounts: '*' }
`)
  const [sql, imap] = sources
  expect(sql?.type === 'sql' && (await sql.url.read())).toBe(`sqlite:${join(folder, 'mail.sqlite')}`)
  expect(imap?.type === 'imap' && (await imap.password?.read())).toBe('the-feeders-secret')
  expect(tokens[0]?.sha256).toBe(sha256Of('the-feeders-secret'))
})

test('an access token may come from the desktop, and a password may not', async () => {
  const entry = (way: string): string =>
    `sources: [{ type: imap, account: a, host: imap.gmail.com, user: a@gmail.com, ${way}: { desktop: a@gmail.com } }]\n`
  const { sources } = await load(entry('token'))
  const [imap] = sources
  expect(imap?.type === 'imap' && imap.accessToken instanceof Secret && imap.accessToken.where).toBe("the desktop's account a@gmail.com")
  expect((await mistakesOf(entry('password'))).join()).toContain('sources[0].password: must be { env: NAME }')
})

test('all errors are reported at once, with line, key and what to write instead', async () => {
  const mistakes = await mistakesOf(`server: { prot: 5, hold: 3 sec }
sources:
  - type: imap
    account: a
    host: mail.example.org
    port: "99x"
    security: none
    user: a
    password: hunter2
tokens:
  - { name: a, accounts: [] }
`)
  expect(mistakes).toEqual(
    expect.arrayContaining([
      'mailbell.yml:1:11 server: does not know the key "prot"; did you mean "port"?',
      'mailbell.yml:1:20 server.hold: must be a time from 1s to 1h, such as 500ms, 3s or 5m, not "3 sec"',
      'mailbell.yml:6:5 sources[0].port: must be a whole number from 1 to 65535, not "99x"',
      'mailbell.yml:11:16 tokens[0].accounts: must name at least one account',
    ]),
  )
  expect(mistakes.join()).toMatch(/sources\[0\]\.password: must be \{ env: NAME \}.*do not put the secret/)
  expect(mistakes.join()).not.toContain('hunter2')
})

test.each([
  ['a: 1\na: 2', /2:1 is not valid YAML: Map keys must be unique/],
  ['server: [', /is not valid YAML/],
  ['tokens:\n  - { name: a, accounts: "*" }', /tokens\[0\]: must have either hash or secret/],
  ['tokens:\n  - { name: a, accounts: "*", secret: { env: MAILBELL_TEST_NOT_SET } }', /MAILBELL_TEST_NOT_SET is not set/],
  ['sources:\n  - { type: imap, account: a, host: h.example, user: u, password: { env: P }, security: none }', /allowInsecure: true/],
  ['server: { trustedProxies: [abc] }', /1:28 server\.trustedProxies\[0\]: must be an address or a network .*not "abc"/],
  ['server: { trustedProxies: ["10.0.0.0/99"] }', /server\.trustedProxies\[0\]: must be an address or a network/],
  ['server: { allowedHosts: ["*"] }', /server\.allowedHosts\[0\]: must be the name of a host/],
  ['server: { allowedHosts: ["*.example.org"] }', /server\.allowedHosts\[0\]: must be the name of a host/],
  ['server: { allowedHosts: [.example.org] }', /server\.allowedHosts\[0\]: must be the name of a host/],
  ['server: { allowedOrigins: ["chrome-extension://abc/"] }', /server\.allowedOrigins\[0\]: must be an origin/],
  ['server: { allowedOrigins: ["chrome-extension://*"] }', /server\.allowedOrigins\[0\]: must be an origin/],
  ['server: { allowedOrigins: ["*"] }', /server\.allowedOrigins\[0\]: must be an origin/],
  ['server: { allowedOrigins: ["null"] }', /server\.allowedOrigins\[0\]: must be an origin/],
  ['demo: true\n---\ndemo: false', /^mailbell\.yml:2:1 is not valid YAML: Source contains multiple documents$/],
  ['server: { allowedHosts: ["mail.example.org:8443"] }', /server\.allowedHosts\[0\]: must be the name of a host, without scheme and port/],
  ['server: { host: "http://127.0.0.1" }', /1:11 server\.host: must be the name of a host, without scheme and port, not "http/],
  ['server: { host: "127.0.0.1:6245" }', /server\.host: must be the name of a host, without scheme and port/],
  ['server: { host: "*" }', /server\.host: must be the name of a host/],
  ['server: { port: .inf }', /server\.port: must be a whole number from 0 to 65535, not Infinity$/],
  ['tokens:\n  - { name: a, accounts: "*", scope: [] }', /tokens\[0\]\.scope: must be one or a list of read, collect, act and manage/],
  ['tokens:\n  - { name: a, accounts: "*", secret: { env: "" } }', /tokens\[0\]\.secret\.env: must be \{ env: NAME \}/],
  ['sources:\n  - { type: imap, account: a, user: u, host: "h:993", password: { env: P } }', /\.host: must be the name of a host, without/],
  ['server: { allowedOrigins: ["https://example.org/"] }', /server\.allowedOrigins\[0\]: must be an origin .* without a path/],
])('refuses %j', async (text, said) => {
  expect((await mistakesOf(text)).join('\n')).toMatch(said)
})

test('accepts hosts, origins and proxies in the form of a request', async () => {
  const names = {
    allowedHosts: ['mail.example.org', '::1', '[fe80::1]', '10.0.0.7'],
    allowedOrigins: ['https://example.org', 'http://localhost:8080', 'moz-extension://0f3c-7a', 'tauri://localhost'],
    trustedProxies: ['10.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8'],
  }
  expect((await load(`server: ${JSON.stringify(names)}`)).http).toMatchObject(names)
})

test('reports accounts and tokens that occur twice', async () => {
  const imap = '  - { type: imap, account: a, host: h, user: u, password: { env: P } }'
  const token = (digit: string) => `  - { name: t, accounts: "*", hash: "sha256:${digit.repeat(64)}" }`
  const mistakes = await mistakesOf(`sources:\n${imap}\n${imap}\ntokens:\n${token('0')}\n${token('1')}`)
  expect(mistakes).toEqual([
    'mailbell.yml:3:19 sources[1].account: must be unique; "a" is already used',
    'mailbell.yml:6:7 tokens[1].name: must be unique; "t" is already used',
  ])
})

test('a url may contain a password, which is never shown', async () => {
  const config = await load('sources: [{ type: sql, url: "postgres://u:hunter2@db/mail", query: q }]')
  expect(inspect(config, { depth: 9 }) + JSON.stringify(config)).not.toContain('hunter2')
  expect(config.sources[0]).toMatchObject({ type: 'sql', name: 'sql', intervalMs: 3_000 })
})

test('a query for changes needs a placeholder for its cursor', async () => {
  const sql = (query: string): string =>
    `sources: [{ type: sql, url: "sqlite:x", query: q, changedSince: { cursor: c, query: "${query}" } }]`
  expect((await load(sql('SELECT 1 WHERE rev > $1'))).sources[0]).toMatchObject({ changedSince: { cursor: 'c', fullMs: 300_000 } })
  expect(await mistakesOf(sql('SELECT 1'))).toEqual([expect.stringContaining('sources[0].changedSince.query: must be a query with $1')])
})

test('the data directory follows the variable, then the convention of the system', () => {
  expect(dataDirOf({ XDG_DATA_HOME: '/x' }, 'linux', () => '/h')).toBe('/x/mailbell')
  expect(dataDirOf({ XDG_DATA_HOME: 'x' }, 'linux', () => '/h')).toBe('/h/.local/share/mailbell')
  expect(dataDirOf({}, 'darwin', () => '/h')).toBe('/h/Library/Application Support/mailbell-server')
  const none = (): never => expect.fail('the home is not needed')
  expect(dataDirOf({ MAILBELL_DATA_DIR: '/d' }, 'darwin', none)).toBe('/d')
})

test('a shared board needs configured tokens, no demo, and secrets outside the file', async () => {
  const tokens = `tokens: [{ name: a, hash: "sha256:${'0'.repeat(64)}", accounts: "*" }]\n`
  const { redis } = await load(`redis: { url: 'redis://127.0.0.1/1', password: { env: REDIS } }\n${tokens}`)
  expect(await redis?.url.read()).toBe('redis://127.0.0.1/1')
  expect(redis).toMatchObject({ prefix: 'mailbell', ca: undefined, allowInsecure: false })
  expect((await load(`redis: { url: { env: REDIS_URL } }\n${tokens}`)).redis?.url.where).toBe('the environment variable REDIS_URL')
  expect((await load(`redis: { url: 'redis://elsewhere', allowInsecure: true }\n${tokens}`)).redis?.allowInsecure).toBe(true)
  expect(await mistakesOf("redis: { url: 'redis://localhost' }")).toEqual([expect.stringContaining('redis: needs tokens in the config')])
  expect(await mistakesOf(`redis: { url: 'redis://localhost' }\ndemo: true\n${tokens}`)).toEqual([
    expect.stringContaining('redis: cannot share the demo mailbox'),
  ])
  expect(await mistakesOf(`redis: { url: 'redis://:secret@localhost', prefix: 'a b', ca: none.pem }\n${tokens}`)).toEqual([
    expect.stringContaining('redis.url: must be an address such as redis://HOST:6379/0'),
    expect.stringContaining('redis.prefix: must be a name of letters'),
  ])
  expect(await mistakesOf(`redis: { url: 'redis://redis.example.org' }\n${tokens}`)).toEqual([
    expect.stringContaining('redis.url: must begin with rediss: beyond this machine'),
  ])
})

test('a label is what people call the one account of a source, and none of what the source takes', async () => {
  const maildir = (more: string): string => `sources:\n  - { type: maildir, account: kim, path: mail${more} }\n`
  const config = await load(maildir(', label: " Work "'))
  expect([...config.labels]).toEqual([['kim', 'Work']])
  expect({ ...config.sources[0] }).toEqual({ ...(await load(maildir(''))).sources[0] })
  expect([...(await load(maildir(', label: ""'))).labels]).toEqual([])
  expect(await mistakesOf(maildir(', label: 2026'))).toEqual([expect.stringContaining('must be text, not 2026; put it in quotes')])
  expect(await mistakesOf(maildir(`, label: ${'x'.repeat(101)}`))).toEqual([expect.stringContaining('at most 100 characters')])
  expect(await mistakesOf('sources:\n  - { type: countdir, path: counts, label: Work }\n')).toEqual([
    'mailbell.yml:2:37 sources[0].label: is for a source of one account, which names it in account',
  ])
})

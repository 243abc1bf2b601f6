/** Every kind of answer, checked against the OpenAPI document. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_PUSH_CAPS } from '../../../server/board/pushed.ts'
import { actingSource, createActingSource } from '../../helpers/sources/acting-source.ts'
import { createOpenApiCheck, type Exchange, type OpenApiDocument } from '../../helpers/web/openapi.ts'
import { type Prism, startPrism, violationsIn } from '../../helpers/programs/prism.ts'
import { connectRaw, parkedPolls, put, send, type SendOptions, startServer, type TestServer } from '../../helpers/server.ts'
import { temporaryFolder, type TemporaryFolder } from '../../helpers/tmp.ts'
import { until } from '../../helpers/until.ts'

const ACCOUNTS = '/v1/accounts'
const ACCOUNT = '/v1/accounts/{id}'
const MESSAGES = '/v1/accounts/{id}/messages'
const MESSAGE = '/v1/accounts/{id}/messages/{message}'

let folder: TemporaryFolder
let server: TestServer
/** Nothing can be stored, and one poll can be parked. */
let full: TestServer
let check: (exchange: Exchange) => readonly string[]
let document: OpenApiDocument
let exchanges: Exchange[]
/** In front of each server. */
let prisms: Map<TestServer, Prism>
/** What Prism found in each exchange that passed it. */
let found: string[][]

beforeAll(async () => {
  folder = await temporaryFolder()
  const dataDir = join(folder.path, 'data')
  writeFileSync(dataDir, '')
  server = await startServer({
    http: { legacy: true, maxHoldSeconds: 1, pushCaps: { ...DEFAULT_PUSH_CAPS, bytesPerToken: 10_000 } },
    config: { sources: [actingSource('alice'), actingSource('bob')], demo: true },
    createSource: createActingSource,
    times: { headers: 200, request: 300, check: 50 },
  })
  full = await startServer({
    http: { legacy: true, caps: { total: 2, perToken: 1, perAddress: 100 } },
    config: { dataDir, persist: true },
  })
  await until(() => server.board.get('alice')?.status === 'ok' && server.board.get('bob')?.status === 'ok')
  document = JSON.parse((await send(server.port, 'GET', '/v1/openapi.json', { token: null })).text)
  check = createOpenApiCheck(document)
  exchanges = []
  found = []
  prisms = new Map(await Promise.all([server, full].map(async (each) => [each, await startPrism(document, each.port)] as const)))
})
afterAll(async () => {
  await Promise.all(Array.from(prisms.values(), (prism) => prism.close()))
  await Promise.all([server.close(), full.close()])
  await folder.remove()
})

/** Sends a request through Prism; it reads only JSON, decodes paths, and sends a Host of its own. */
async function play(method: string, path: string, options: SendOptions & { at?: string; to?: TestServer } = {}): Promise<number> {
  const { at = path, to = server, ...rest } = options
  const isUnreadable = typeof rest.body === 'string' || rest.body instanceof Uint8Array || at.endsWith('%FC')
  const prism = isUnreadable || rest.headers?.['host'] !== undefined ? undefined : prisms.get(to)
  const answer = await send(prism?.port ?? to.port, method, at, rest)
  const { status, headers, text } = answer
  exchanges.push({ method, path, body: rest.body, status, headers, text })
  const { request, response } = violationsIn(answer)
  if (prism) found.push([...(status < 400 ? request : []), ...response].map((error) => `${method} ${path} ${status}: ${error}`))
  return status
}

/** Sends what `send` cannot, and reads the only answer. */
async function playRaw(method: string, path: string, bytes: string): Promise<number> {
  const { socket, text, ended } = connectRaw(server.port)
  socket.write(bytes.replace('HOST', `127.0.0.1:${server.port}`))
  await ended
  const [head = '', body = ''] = text().split('\r\n\r\n', 2)
  const [line = '', ...fields] = head.split('\r\n')
  const headers = Object.fromEntries(
    fields.map((field) => [field.slice(0, field.indexOf(':')).toLowerCase(), field.slice(field.indexOf(':') + 2)]),
  )
  const status = Number(line.split(' ')[1])
  exchanges.push({ method, path, status, headers, text: body })
  return status
}

/** A token that may use it, and a valid body; null for none. */
type Case = [method: string, path: string, at: string, token: string | null, body: object | null]
const OPERATIONS: Case[] = [
  ['GET', ACCOUNTS, ACCOUNTS, 'reader', null],
  ['GET', ACCOUNT, '/v1/accounts/alice', 'reader', null],
  [
    'PUT',
    ACCOUNTS,
    ACCOUNTS,
    'feeder',
    { accounts: [{ id: 'kim', unread: 2, total: null, latest: [{ id: '1', from: null, subject: 'x' }] }] },
  ],
  ['GET', '/v1/accounts/{id}/history', '/v1/accounts/alice/history', 'reader', null],
  ['GET', '/v1/history', '/v1/history', 'reader', null],
  ['PUT', ACCOUNT, '/v1/accounts/lee', 'feeder', { unread: 5, folders: [{ path: 'INBOX', role: 'inbox', unread: 5 }] }],
  ['DELETE', ACCOUNT, '/v1/accounts/lee', 'feeder', null],
  ['POST', MESSAGES, '/v1/accounts/alice/messages', 'actor', { action: 'read' }],
  ['POST', MESSAGE, '/v1/accounts/alice/messages/done', 'actor', { action: 'delete' }],
  ['GET', '/v1/server', '/v1/server', 'actor', null],
  ['POST', '/v1/demo', '/v1/demo', 'actor', { action: 'read', account: 'demo' }],
  ['POST', '/v1/codes', '/v1/codes', 'reader', { validFor: 60 }],
  ['GET', '/v1/openapi.json', '/v1/openapi.json', null, null],
  ['GET', '/healthz', '/healthz', null, null],
  ['GET', '/readyz', '/readyz', null, null],
  ['GET', '/metrics', '/metrics', 'reader', null],
  ['GET', '/get.php', '/get.php?userID=alice&mailCount=0', null, null],
]

describe('each answer is described by the OpenAPI document:', () => {
  it.each<Case>(OPERATIONS)('%s %s', async (method, path, at, token, body) => {
    const own = { at, token, ...(body && { body }) }
    if (method === 'DELETE') await put(server.port, 'lee', 5)
    expect([200, 204]).toContain(await play(method, path, own))
    expect(await play(method, path, { ...own, headers: { host: 'evil.example' } })).toBe(421)
    expect(await play(method, path, { ...own, headers: { 'x-long': 'x'.repeat(9_000) } })).toBe(431)
    expect(await play(method, path, { ...own, at: `${at}${at.includes('?') ? '&' : '?'}${'x'.repeat(2_100)}` })).toBe(414)
    const invalid = await playRaw(method, path, `${method} ${at} HTTP/1.1\r\nHost: HOST\r\nbroken\r\n\r\n`)
    expect(invalid).toBe(400)
    expect(await playRaw(method, path, `${method} ${at} HTTP/1.1\r\nHost: HOST\r\nX-Slow: `)).toBe(408)
    const chunk = `${method} ${at} HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\nAuthorization: Bearer ${token}\r\n\r\n`
    expect([400, 413, 415]).toContain(await playRaw(method, path, `${chunk}1;${'x'.repeat(40_000)}\r\n`))
    if (token === null) return
    expect(await play(method, path, { ...own, token: null })).toBe(401)
    expect(await play(method, path, { ...own, token: 'wrong' })).toBe(401)
    if (!['/v1/server', '/v1/codes'].includes(path))
      expect(await play(method, path, { ...own, token: token === 'feeder' ? 'reader' : 'feeder' })).toBe(403)
    if (!body) return
    expect(await play(method, path, { ...own, body: '{' })).toBe(400)
    expect(await play(method, path, { ...own, body: Uint8Array.of(0xfc) })).toBe(400)
    expect(await play(method, path, { ...own, body: { nonsense: 1 } })).toBe(400)
    expect(await play(method, path, { ...own, body: ' '.repeat(2 * 1024 * 1024) })).toBe(413)
    expect(await play(method, path, { ...own, headers: { 'content-type': 'text/plain' } })).toBe(415)
    expect(await play(method, path, { ...own, headers: { 'content-encoding': 'gzip' } })).toBe(415)
    expect(await play(method, path, { ...own, headers: { origin: 'https://evil.example' } })).toBe(403)
  })

  it('polls', async () => {
    for (const [path, at] of [
      [ACCOUNTS, ACCOUNTS],
      [ACCOUNT, '/v1/accounts/alice'],
    ] as const) {
      const tag = String((await send(server.port, 'GET', at)).headers.etag)
      expect(await play('GET', path, { at, headers: { 'if-none-match': tag } })).toBe(304)
      expect(await play('GET', path, { at, headers: { 'if-none-match': tag, prefer: 'wait=1' } })).toBe(304)
      expect(await play('GET', path, { at, headers: { 'if-none-match': '"other.1"', prefer: 'wait=9' } })).toBe(200)
      expect(await play('GET', path, { at, headers: { 'if-none-match': 'no tag' } })).toBe(400)
      expect(await play('GET', path, { at, headers: { prefer: 'wait=x' } })).toBe(400)
    }
    expect(await play('GET', ACCOUNT, { at: '/v1/accounts/unknown' })).toBe(404)
    expect(await play('GET', '/v1/accounts/{id}/history', { at: '/v1/accounts/unknown/history' })).toBe(404)
    expect(await play('GET', ACCOUNT, { at: '/v1/accounts/%00' })).toBe(400)
    expect(await play('GET', ACCOUNT, { at: '/v1/accounts/%FC' })).toBe(400)
  })

  it('polls beyond the caps, and pushes that cannot be stored', async () => {
    await put(server.port, 'any', 1)
    const none = { headers: { 'if-none-match': '*', prefer: 'wait=55' }, to: full }
    const parked = [send(full.port, 'GET', ACCOUNTS, { headers: none.headers })]
    await until(async () => (await parkedPolls(full.port)) === 1)
    expect(await play('GET', ACCOUNTS, none)).toBe(429)
    parked.push(send(full.port, 'GET', ACCOUNTS, { headers: none.headers, token: 'alice' }))
    await until(async () => (await parkedPolls(full.port)) === 2)
    expect(await play('GET', ACCOUNTS, { ...none, token: 'alice' })).toBe(503)
    expect(await play('GET', '/get.php', { at: '/get.php?userID=a&mailCount=1', token: null, to: full })).toBe(503)
    expect(await play('PUT', ACCOUNT, { at: '/v1/accounts/a', token: 'feeder', body: { unread: 1 }, to: full })).toBe(503)
    expect(await play('PUT', ACCOUNTS, { token: 'feeder', body: { accounts: [{ id: 'a', unread: 1 }] }, to: full })).toBe(503)
    expect(await play('POST', '/v1/demo', { token: 'actor', body: { action: 'read', account: 'demo' }, to: full })).toBe(404)
    await full.close()
    await Promise.all(parked)
  })

  it('what a source counts, does and refuses', async () => {
    const feeder = { token: 'feeder', body: { unread: 1 } }
    expect(await play('PUT', ACCOUNT, { at: '/v1/accounts/alice', ...feeder })).toBe(409)
    expect(await play('PUT', ACCOUNTS, { token: 'feeder', body: { accounts: [{ id: 'alice', unread: 1 }] } })).toBe(409)
    expect(await play('DELETE', ACCOUNT, { at: '/v1/accounts/alice', token: 'feeder' })).toBe(409)
    expect(await play('DELETE', ACCOUNT, { at: '/v1/accounts/unknown', token: 'feeder' })).toBe(404)
    const actor = { token: 'actor', body: { action: 'read' } }
    for (const [account, message, status] of [
      ['alice', 'gone', 404],
      ['nobody', 'done', 404],
      ['bob', 'done', 409],
      ['alice', 'network', 503],
      ['alice', 'rate', 503],
      ['alice', 'auth', 502],
    ] as const)
      expect([message, await play('POST', MESSAGE, { at: `/v1/accounts/${account}/messages/${message}`, ...actor })]).toEqual([
        message,
        status,
      ])
    expect(await play('POST', MESSAGES, { at: '/v1/accounts/bob/messages', ...actor })).toBe(409)
    const latest = Array.from({ length: 20 }, (_, i) => ({ id: String(i), from: '', subject: 'x'.repeat(900) }))
    expect(await play('PUT', ACCOUNT, { at: '/v1/accounts/lee', token: 'feeder', body: { unread: 1, latest } })).toBe(507)
    expect(await play('GET', '/get.php', { at: '/get.php', token: null })).toBe(400)
    expect(await play('GET', '/get.php', { at: '/get.php?userID=alice', token: null, headers: { 'sec-fetch-site': 'cross-site' } })).toBe(
      403,
    )
  })

  it('one-time codes', async () => {
    const redeem = { token: null, body: { code: String((await send(server.port, 'POST', '/v1/codes')).json()['code']) } }
    expect(await play('POST', '/v1/token', redeem)).toBe(200)
    expect(await play('POST', '/v1/token', redeem)).toBe(410)
    expect(await play('POST', '/v1/token', { token: null, body: {} })).toBe(400)
    expect(await play('POST', '/v1/token', { token: null, body: 'x'.repeat(2_000) })).toBe(413)
    expect(await play('POST', '/v1/token', { ...redeem, headers: { 'content-type': 'text/plain' } })).toBe(415)
    expect(await play('POST', '/v1/token', { ...redeem, headers: { origin: 'https://evil.example' } })).toBe(403)
    const wrong = { token: null, body: { code: 'wrong' } }
    expect(await play('POST', '/v1/token', wrong)).toBe(404)
    await until(async () => (await play('POST', '/v1/token', wrong)) === 429)
    await until(async () => (await play('POST', '/v1/codes', { body: {} })) === 429)
  })

  it('more than 100 exchanges through Prism have no violation, except those of requests that are refused', () => {
    expect(found.length).toBeGreaterThan(100)
    expect([...new Set(found.flat())]).toEqual([])
  })

  it('Prism finds what the document does not describe', async () => {
    const body = { unread: -1 }
    const at = '/v1/accounts/lee'
    const refused = await send(Number(prisms.get(server)?.port), 'PUT', at, { token: 'feeder', body })
    expect(violationsIn(refused)).toMatchObject({ request: [expect.stringContaining('unread')], response: [] })
    const { 200: _ok, ...responses } = document.paths['/v1/server']?.['get']?.responses ?? {}
    const prism = await startPrism({ ...document, paths: { '/v1/server': { get: { responses } } } }, server.port)
    expect(violationsIn(await send(prism.port, 'GET', '/v1/server')).response).not.toEqual([])
    await prism.close()
  })

  it('exchanges of every operation and many statuses agree with the document', () => {
    const errors = exchanges.flatMap((exchange) =>
      check(exchange).map((error) => `${exchange.method} ${exchange.path} ${exchange.status}: ${error}`),
    )
    expect([...new Set(errors)]).toEqual([])
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).flatMap((method) => (method === 'parameters' ? [] : [`${method.toUpperCase()} ${path}`])),
    )
    expect(new Set(exchanges.map(({ method, path }) => `${method} ${path}`))).toEqual(new Set(operations))
    const statuses = new Set(exchanges.map(({ status }) => status))
    for (const status of [200, 204, 304, 400, 401, 403, 404, 408, 409, 410, 413, 414, 415, 421, 429, 431, 502, 503, 507])
      expect(statuses).toContain(status)
  })

  it('its server is relative to its own address, also below a path', () => {
    const base = (at: string): string => new URL(document.servers[0]?.url ?? '', at).href
    expect(base('https://mail.example.org/v1/openapi.json')).toBe('https://mail.example.org/')
    expect(base('https://mail.example.org/sub/path/v1/openapi.json')).toBe('https://mail.example.org/sub/path/')
  })
})

it('the check detects what the document does not describe', () => {
  const exchange = { method: 'GET', path: '/v1/server', status: 200, headers: { 'content-type': 'application/json' }, text: '{}' }
  expect(check({ ...exchange, text: '{"name":"mailbell","version":"1","demo":false}' })).toEqual([])
  expect(check(exchange)).not.toEqual([])
  expect(check({ ...exchange, status: 402 })).toEqual(['the status 402 is not described'])
  expect(check({ ...exchange, status: 401, headers: {}, text: '' })).not.toEqual([])
  expect(check({ ...exchange, headers: { 'content-type': 'text/html' } })).not.toEqual([])
  expect(check({ ...exchange, path: '/nothing' })).toEqual(['the operation is not described'])
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Source } from '../../../server/sources/source.ts'
import { actingSource } from '../../helpers/sources/acting-source.ts'
import { front } from '../../helpers/programs/front.ts'
import { connectRaw, send, put, startServer, type TestServer } from '../../helpers/server.ts'
import { until } from '../../helpers/until.ts'

const config = actingSource('the database')
/** A source that reports one account once. */
const createSource = (): Source => ({
  name: config.name,
  accounts: ['counted'],
  firstReportMs: 60_000,
  silenceMs: 60_000,
  async run({ report, signal }) {
    report({ accounts: [{ id: 'counted', unread: 1 }] })
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  },
})

let server: TestServer
let port = 0
beforeAll(async () => {
  server = await startServer({ config: { sources: [config] }, createSource })
  port = server.port
})
afterAll(() => server.close())

const feed = (path: string, body: string | object, headers?: Record<string, string>) =>
  send(port, 'PUT', path, { token: 'feeder', body, ...(headers && { headers }) })

const many = (count: number) => ({ accounts: Array.from({ length: count }, (_, i) => ({ id: `n${i}`, unread: 0 })) })

describe('PUT /v1/accounts/{id}', () => {
  it('creates an account with all of its fields', async () => {
    const latest = [
      { id: '7', folder: 'INBOX', from: 'Kim <kim@example.org>', subject: '회의', date: '2026-01-01T09:00:00.000Z', messageId: 'a@x' },
    ]
    const folders = [{ path: 'INBOX', role: 'inbox', unread: 2, total: 9 }]
    const { status, headers, text } = await feed('/v1/accounts/new', { unread: 2, total: 9, folders, latest })
    expect([status, text, headers['cache-control']]).toEqual([204, '', 'no-store, no-transform'])
    const { json } = await send(port, 'GET', '/v1/accounts/new')
    expect(json()).toMatchObject({ id: 'new', unread: 2, total: 9, status: 'ok', folders, latest })
  })

  it('omits an invalid Message-ID, which any sender may write, and keeps the message', async () => {
    const message = { from: 'Kim', subject: 'x' }
    const ids = ['<with@brackets>', 'two words@x', 'line\r\nend@x', 'x'.repeat(901), '', 7, null]
    const latest = ids.map((messageId, at) => ({ id: `${at}`, ...message, messageId }))
    expect((await feed('/v1/accounts/ids', { unread: 7, latest })).status).toBe(204)
    const { json } = await send(port, 'GET', '/v1/accounts/ids')
    expect(json()).toMatchObject({ latest: ids.map((_, at) => ({ id: `${at}`, ...message })) })
    expect(json()).toHaveProperty(['latest', 0, 'messageId'], 'with@brackets')
    for (const at of ids.keys()) if (at > 0) expect(json()).not.toHaveProperty(['latest', at, 'messageId'])
  })

  it.each([
    ['2026-01-01T18:00:00+09:00', '2026-01-01T09:00:00.000Z'],
    ['2026-01-01T09:00:00.123456+00:00', '2026-01-01T09:00:00.123Z'],
    ['2026-01-01T09:00:00Z', '2026-01-01T09:00:00Z'],
    ['2026-01-01t09:00:00z', '2026-01-01T09:00:00Z'],
    ['2026-01-01 18:00:00+09:00', '2026-01-01T09:00:00.000Z'],
    ['2016-12-31T23:59:60Z', '2016-12-31T23:59:59Z'],
    ['2017-01-01T08:59:60.5+09:00', '2016-12-31T23:59:59.500Z'],
    [null, undefined],
  ])('takes the date %j for %s, and null for what is not known', async (date, read) => {
    const latest = [{ id: '7', from: null, subject: null, folder: null, url: null, date }]
    expect((await feed('/v1/accounts/dated', { unread: 1, total: null, folders: null, latest })).status).toBe(204)
    expect((await send(port, 'GET', '/v1/accounts/dated')).json()['latest']).toEqual([
      { id: '7', from: '', subject: '', ...(read !== undefined && { date: read }) },
    ])
  })

  it.each([
    [{}, 'unread'],
    [{ unread: -1 }, 'unread'],
    [{ unread: 1.5 }, 'unread'],
    [{ unread: '5' }, 'unread'],
    [{ unread: null }, 'unread'],
    [{ unread: 2 ** 53 }, 'unread'],
    [{ unread: 1, unraed: 2 }, 'unraed'],
    [{ unread: 1, latest: [{ id: '', from: 'a', subject: 'b' }] }, 'latest.0.id'],
    [{ unread: 1, latest: [{ id: '1', from: 'a', subject: 'b', date: '2026-01-01 09:00:00' }] }, 'latest.0.date'],
    [{ unread: 1, latest: [{ id: '1', from: 'a', subject: 'b', date: '2026-02-30T09:00:00+01:00' }] }, 'latest.0.date'],
    [{ unread: 1, latest: [{ id: '1', from: 'a', subject: 'b', date: '2026-01-01T09:00:60Z' }] }, 'latest.0.date'],
    [{ unread: 1, latest: [{ id: '1', from: 'a', subject: 'b', date: '2026-01-01T09:59:61Z' }] }, 'latest.0.date'],
    [{ unread: 1, latest: [{ id: '1', from: 'a', subject: 'b', date: '0000-01-01T00:00:00+14:00' }] }, 'latest.0.date'],
    [{ unread: 1, latest: [{ id: '1', from: 'a', subject: 'b', date: 1_767_348_000 }] }, 'latest.0.date'],
    [{ unread: 1, latest: [{ id: '1', from: 7, subject: 'b' }] }, 'latest.0.from'],
    [{ unread: 1, latest: [{ id: '1', subject: 'b' }] }, 'latest.0.from'],
    [{ unread: 1, folders: [{ path: 'INBOX', unread: 'x' }] }, 'folders.0.unread'],
    [[], 'body'],
    ['5', 'body'],
    ['null', 'body'],
    ['{"unread":', 'body'],
    ['', 'body'],
    ['{"unread":1,"__proto__":{"x":1}}', 'body'],
  ])('refuses %j, names %s, and changes nothing', async (body, field) => {
    await put(port, 'unchanged', 4)
    const { status, json } = await feed('/v1/accounts/unchanged', body)
    expect(status).toBe(400)
    expect(json()).toMatchObject({ code: 'bad-request', field })
    expect((await send(port, 'GET', '/v1/accounts/unchanged')).json()['unread']).toBe(4)
  })

  it('rejects an account that a source counts', async () => {
    await until(() => server.board.get('counted')?.status === 'ok')
    const { status, json } = await feed('/v1/accounts/counted', { unread: 9 })
    expect(status).toBe(409)
    expect(json()).toMatchObject({ code: 'conflict', field: 'id', detail: expect.stringContaining('the database') })
    expect(server.board.get('counted')?.counts?.unread).toBe(1)
  })

  it('rejects an account that the token does not cover', async () => {
    expect((await send(port, 'PUT', '/v1/accounts/bob', { token: 'alice', body: { unread: 1 } })).status).toBe(403)
    expect((await send(port, 'PUT', '/v1/accounts/alice', { token: 'alice', body: { unread: 1 } })).status).toBe(204)
    expect(server.board.get('bob')).toBeUndefined()
  })

  it('accepts only JSON', async () => {
    for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'nonsense']) {
      const { status, json } = await feed('/v1/accounts/x', { unread: 1 }, { 'content-type': type })
      expect([type, status]).toEqual([type, 415])
      expect(json()).toMatchObject({ code: 'unsupported-media-type' })
    }
    expect((await feed('/v1/accounts/x', { unread: 1 }, { 'content-type': 'application/json; charset=utf-8' })).status).toBe(204)
  })

  it('accepts at most 64 KiB', async () => {
    const { status, json } = await feed('/v1/accounts/x', `{"unread":1}${' '.repeat(64 * 1024)}`)
    expect(status).toBe(413)
    expect(json()).toMatchObject({ code: 'too-large', field: 'body' })
    expect((await feed('/v1/accounts/x', `{"unread":1}${' '.repeat(64 * 1024 - 12)}`)).status).toBe(204)
  })

  it('also limits a body without a length', async () => {
    const chunked = { 'transfer-encoding': 'chunked' }
    const { status } = await feed('/v1/accounts/x', `{"unread":1}${' '.repeat(200 * 1024)}`, chunked)
    expect(status).toBe(413)
  })
})

describe('PUT /v1/accounts', () => {
  it('applies many as one change', async () => {
    const before = server.board.rev
    let changes = 0
    const unsubscribe = server.board.subscribe(() => (changes += 1))
    const accounts = Array.from({ length: 5_000 }, (_, i) => ({ id: `m${i}`, unread: i }))
    const { status } = await feed('/v1/accounts', { accounts })
    unsubscribe()
    expect([status, changes, server.board.rev]).toEqual([204, 1, before + 5_000])
    expect(server.board.get('m4999')?.counts?.unread).toBe(4999)
  })

  it.each([
    [
      'an invalid one',
      [
        { id: 'p', unread: 1 },
        { id: 'q', unread: -1 },
      ],
      400,
      'accounts.1.unread',
    ],
    [
      'an id twice',
      [
        { id: 'p', unread: 1 },
        { id: 'p', unread: 2 },
      ],
      400,
      'accounts',
    ],
    [
      'a bad id',
      [
        { id: 'p', unread: 1 },
        { id: '..', unread: 2 },
      ],
      400,
      'accounts.1.id',
    ],
    [
      'one that a source counts',
      [
        { id: 'p', unread: 1 },
        { id: 'counted', unread: 2 },
      ],
      409,
      'accounts.1.id',
    ],
    ['none', [], 400, 'accounts'],
  ])('takes nothing of a body with %s', async (_what, accounts, expected, field) => {
    const { rev } = server.board
    const { status, json } = await feed('/v1/accounts', { accounts })
    expect([status, json()['field']]).toEqual([expected, field])
    expect(server.board.rev).toBe(rev)
    expect(server.board.get('p')).toBeUndefined()
  })

  it('applies nothing if the token does not cover every account', async () => {
    const accounts = [
      { id: 'alice', unread: 99 },
      { id: 'bob', unread: 99 },
    ]
    const { status } = await send(port, 'PUT', '/v1/accounts', { token: 'alice', body: { accounts } })
    expect(status).toBe(403)
    expect(server.board.get('alice')?.counts?.unread).not.toBe(99)
  })

  it('accepts at most 10,000 accounts and 1 MiB', async () => {
    expect((await feed('/v1/accounts', many(10_000))).status).toBe(204)
    expect((await feed('/v1/accounts', many(10_001))).status).toBe(400)
    expect((await feed('/v1/accounts', `{"accounts":[]}${' '.repeat(1024 * 1024)}`)).status).toBe(413)
  })
})

describe('unknown paths and methods', () => {
  it.each<[method: string, path: string, expected: number]>([
    ['GET', '/nope', 404],
    ['GET', '/v1', 404],
    ['GET', '/v1/accounts/a/b', 404],
    // Apache merges slashes.
    ...(front === 'apache2' ? [] : [['GET', '//v1/accounts', 404] satisfies [string, string, number]]),
    ['GET', '/get.php?userID=a&mailCount=1', 404],
    ['GET', '/index.html', 404],
    ['POST', '/nope', 404],
  ])('%s %s is %d', async (method, path, expected) => {
    const { status, headers, json } = await send(port, method, path)
    expect(status).toBe(expected)
    expect(headers).toMatchObject({ 'content-type': 'application/problem+json', 'cache-control': 'no-store, no-transform' })
    expect(json()).toMatchObject({ code: 'not-found' })
  })

  it.skipIf(front)('TRACE /healthz names the allowed methods', async () => {
    const { status, headers } = await send(port, 'TRACE', '/healthz')
    expect([status, headers.allow?.split(', ').toSorted()]).toEqual([405, ['GET', 'HEAD']])
  })

  it.each([
    ['DELETE', '/v1/accounts', 'GET, HEAD, PUT'],
    ['PATCH', '/v1/accounts/alice', 'DELETE, GET, HEAD, PUT'],
    ['POST', '/v1/accounts?x=1', 'GET, HEAD, PUT'],
    ['PUT', '/v1/server', 'GET, HEAD'],
    ['GET', '/v1/demo', 'POST'],
    ['OPTIONS', '/v1/accounts', 'GET, HEAD, PUT'],
    ['PROPFIND', '/v1/accounts', 'GET, HEAD, PUT'],
  ])('%s %s names the allowed methods', async (method, path, allow) => {
    const { status, headers, json } = await send(port, method, path)
    expect([status, headers.allow?.split(', ').toSorted().join(', ')]).toEqual([405, allow])
    expect(json()).toMatchObject({ code: 'method-not-allowed' })
  })

  it('has no demo mailbox unless it is the source', async () => {
    const { status } = await send(port, 'POST', '/v1/demo', { token: 'actor', body: { action: 'read', account: 'demo' } })
    expect(status).toBe(404)
  })
})

describe('DELETE /v1/accounts/{id}', () => {
  const remove = (id: string, token = 'feeder') => send(port, 'DELETE', `/v1/accounts/${id}`, { token })

  it('removes an account that was pushed, and releases its polls', async () => {
    await put(port, 'short', 1)
    const { headers } = await send(port, 'GET', '/v1/accounts/short')
    const polled = send(port, 'GET', '/v1/accounts/short', { headers: { 'if-none-match': String(headers.etag), prefer: 'wait=55' } })
    await until(async () => (await send(port, 'GET', '/metrics')).text.includes('mailbell_parked_polls 1'))
    const { status, text } = await remove('short')
    expect([status, text, (await polled).status]).toEqual([204, '', 404])
    expect((await remove('short')).status).toBe(404)
  })

  it('is for tokens that may push to the account', async () => {
    await put(port, 'bob', 1)
    expect((await remove('bob', 'reader')).status).toBe(403)
    expect((await remove('bob', 'alice')).status).toBe(404)
    expect((await send(port, 'GET', '/v1/accounts/bob')).status).toBe(200)
  })

  it('is rejected for an account that a source counts', async () => {
    const { status, json } = await remove('counted')
    expect([status, json()['code']]).toEqual([409, 'conflict'])
  })
})

describe('the limits of pushed accounts', () => {
  it('reject what exceeds them, in words, and store nothing of it', async () => {
    const small = await startServer({ http: { pushCaps: { accounts: 3, accountsPerToken: 2, bytes: 1_000, bytesPerToken: 400 } } })
    const push = (token: string, accounts: readonly object[]) => send(small.port, 'PUT', '/v1/accounts', { token, body: { accounts } })
    expect((await push('feeder', [{ id: 'a', unread: 1 }])).status).toBe(204)
    const { status, json } = await push('feeder', [
      { id: 'b', unread: 1 },
      { id: 'c', unread: 1 },
    ])
    expect([status, json()]).toMatchObject([
      507,
      {
        code: 'full',
        detail: expect.stringMatching(/This token has at most 2 pushed accounts.*limits\.pushedAccountsPerToken.*Nothing was stored/),
      },
    ])
    const large = await push('feeder', [{ id: 'a', unread: 1, latest: [{ id: '1', from: 'x'.repeat(400), subject: '' }] }])
    expect(large.json()).toMatchObject({ code: 'full', detail: expect.stringContaining('limits.pushedBytesPerToken') })
    const { text } = await send(small.port, 'GET', '/v1/accounts')
    expect(JSON.parse(text)).toMatchObject({ accounts: [{ id: 'a', unread: 1 }] })
    await small.close()
  })
})

describe('validFor', () => {
  it.each([0, -1, 1.5, 604_801, '60', true])('is not %j', async (validFor) => {
    expect((await feed('/v1/accounts/v', { unread: 1, validFor })).status).toBe(400)
  })

  it.each([1, 604_800, null])('may be %j, and is not shown', async (validFor) => {
    expect((await feed('/v1/accounts/v', { unread: 1, validFor })).status).toBe(204)
    expect((await feed('/v1/accounts', { accounts: [{ id: 'v', unread: 1, validFor }] })).status).toBe(204)
    expect((await send(port, 'GET', '/v1/accounts/v')).json()).not.toHaveProperty('validFor')
  })
})

describe('changes on one connection', () => {
  const request = (method: string, path: string, body = ''): string =>
    [
      `${method} ${path} HTTP/1.1`,
      `Host: 127.0.0.1:${port}`,
      'Authorization: Bearer feeder',
      ...(body === '' ? [] : ['Content-Type: application/json', `Content-Length: ${body.length}`]),
      '',
      body,
    ].join('\r\n')

  it.skipIf(front)('happen in their order, also where the first has many accounts', async () => {
    const latest = [{ id: 'm', from: 'Kim', subject: 'Hello' }]
    const accounts = Array.from({ length: 5_000 }, (_, n) => ({ id: `order${n}`, unread: 1, latest }))
    const client = connectRaw(port)
    client.socket.write(
      request('PUT', '/v1/accounts', JSON.stringify({ accounts })) +
        request('PUT', '/v1/accounts/order0', '{"unread":2}') +
        request('PUT', '/v1/accounts', '{"accounts":[{"id":"order1","unread":3}]}') +
        request('DELETE', '/v1/accounts/order2'),
    )
    await until(() => client.text().split('HTTP/1.1 ').length === 5)
    client.socket.end()
    expect(client.text().match(/HTTP\/1\.1 \d+/g)).toEqual(Array.from({ length: 4 }, () => 'HTTP/1.1 204'))
    expect((await send(port, 'GET', '/v1/accounts/order0')).json()).toMatchObject({ unread: 2 })
    expect((await send(port, 'GET', '/v1/accounts/order1')).json()).toMatchObject({ unread: 3 })
    expect((await send(port, 'GET', '/v1/accounts/order2')).status).toBe(404)
  })
})

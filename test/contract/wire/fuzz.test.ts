import * as fc from 'fast-check'
import { Agent } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { heapBytes } from '../../helpers/memory.ts'
import { send, connectRaw, parkedPolls, put, startServer, type TestServer } from '../../helpers/server.ts'
import { until } from '../../helpers/until.ts'
import type { Board } from '../../../server/board/board.ts'

const REQUESTS = 10_000
const AT_ONCE = 100

let server: TestServer
beforeAll(async () => {
  // Parked polls of the fuzzer return within a second.
  server = await startServer({
    http: { legacy: true, maxHoldSeconds: 1, allowedOrigins: ['https://team.example'] },
    config: { demo: true },
  })
  // Until the demo mailbox has been counted, /readyz is 503.
  await until(async () => (await send(server.port, 'GET', '/readyz')).status === 200)
})
afterAll(() => server.close())

const nasty = fc.constantFrom(
  '../',
  '..',
  '.',
  '%2e%2e',
  '..%2f..%2fetc%2fpasswd',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  '%00',
  '\\',
  "'; DROP TABLE account; --",
  '%F0%9F%93%AC',
  '%ED%A0%80',
  '%',
  '%zz',
  '%2525',
  'x'.repeat(10_240),
  'x'.repeat(3_000),
  'x'.repeat(300),
  '',
  '*',
  ':id',
  '//',
  '?',
  '#',
  'alice',
  'demo',
)
const path = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(
        '/v1/accounts/',
        '/v1/accounts/demo/messages/',
        '/v1/',
        '/',
        '//',
        '/get.php?userID=',
        '/v1/accounts?',
        '/v1/demo',
        '/metrics?',
      ),
      nasty,
    )
    .map((parts) => parts.join('')),
  nasty.map((id) => `/v1/accounts/${id}/messages`),
  fc.constantFrom(
    '/v1/accounts',
    '/v1/server',
    '/v1/demo',
    '/v1/openapi.json',
    '/healthz',
    '/readyz',
    '/metrics',
    '/get.php?userID=demo&mailCount=2',
    '*',
    'http://evil.example/v1/accounts',
    '/v1/accounts/demo',
  ),
  fc.webPath().map((web) => `/${web}`),
)
const method = fc.constantFrom(
  'GET',
  'GET',
  'GET',
  'HEAD',
  'PUT',
  'PUT',
  'POST',
  'DELETE',
  'PATCH',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'QUERY',
  'M-SEARCH',
)
const tag = fc.oneof(
  fc.constantFrom('*', '"x.1"', '""', '"', 'W/"a", "b"', `"${'y'.repeat(4000)}"`, '"a"'.repeat(1000), '"\u00ff"', '-1', '__proto__'),
  fc.string({ unit: 'grapheme-ascii' }),
)
const prefer = fc.oneof(
  fc.constantFrom(
    'wait=1',
    'wait=99999999999999999',
    'wait=-1',
    'wait',
    'wait=',
    'wait="1"',
    'wait=1e9',
    ',,,;;;===',
    'respond-async',
    'wait=NaN',
  ),
  fc.string({ unit: 'grapheme-ascii' }),
)
const body = fc.oneof(
  fc.constantFrom(
    '',
    '{',
    'null',
    '[]',
    '{"unread":1}',
    '{"unread":1e999}',
    '{"__proto__":{"unread":1},"unread":1}',
    '{"accounts":[{}]}',
    '\u0000',
    '['.repeat(20_000),
  ),
  fc.json(),
  fc.record({ unread: fc.oneof(fc.integer(), fc.double(), fc.string()), latest: fc.jsonValue() }).map((value) => JSON.stringify(value)),
  fc
    .record({
      action: fc.constantFrom('deliver', 'read', 'eat'),
      account: fc.string({ unit: 'binary' }),
      subject: fc.string({ unit: 'binary' }),
    })
    .map((value) => JSON.stringify(value)),
  fc
    .record({ accounts: fc.array(fc.record({ id: fc.string({ unit: 'binary' }), unread: fc.nat() })) })
    .map((value) => JSON.stringify(value)),
)
const request = fc.record({
  method,
  path,
  token: fc.constantFrom('reader', 'feeder', 'actor', 'alice', null),
  headers: fc.oneof(
    fc.constant({}),
    fc.constant({ 'if-none-match': '*' }),
    fc.record(
      {
        'if-none-match': tag,
        prefer,
        origin: fc.constantFrom('null', 'https://evil.example', 'https://team.example', '%%%'),
        host: fc.constantFrom('evil.example', '', 'localhost', '[::1'),
        'content-type': fc.constantFrom('application/json', 'text/plain', 'application/json;charset=x', ';;;', ''),
        expect: fc.constantFrom('100-continue', 'the-moon'),
        upgrade: fc.constant('websocket'),
        'x-forwarded-for': fc.constantFrom('1.2.3.4', '::1', ',,,'),
        'accept-version': fc.constant('1.x'),
      },
      { requiredKeys: [] },
    ),
  ),
  body: fc.option(body, { nil: undefined }),
})

it(
  `responds to ${REQUESTS} requests of a fuzzer with its own problems, without failing or leaking memory`,
  { timeout: 120_000 },
  async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
    const statuses = new Map<number, number>()
    async function run(seed: number, count: number): Promise<void> {
      const requests = fc.sample(request, { seed, numRuns: count })
      for (let i = 0; i < requests.length; i += AT_ONCE) {
        await Promise.all(
          requests.slice(i, i + AT_ONCE).map(async ({ body: sent, ...one }) => {
            // The original's protocol holds unknown users, so this client disconnects.
            const patience = one.path.startsWith('/get.php') ? AbortSignal.timeout(200) : undefined
            const answer = await send(server.port, one.method, one.path.replaceAll(/[^\x21-\x7e]/g, '~'), {
              token: one.token,
              headers: { ...one.headers },
              agent,
              ...(sent !== undefined && { body: sent }),
              ...(patience && { signal: patience }),
            }).catch((error: unknown) => {
              if (patience?.aborted) return null
              throw error
            })
            if (!answer) return
            const { status, headers, text } = answer
            statuses.set(status, (statuses.get(status) ?? 0) + 1)
            if (status >= 400 && one.method !== 'HEAD') {
              expect(headers['content-type']).toBe('application/problem+json')
              expect(JSON.parse(text)).toMatchObject({ status })
            }
          }),
        )
      }
    }
    // A server without Redis has its own board.
    const board = server.board as Board
    const forgetPushed = () => board.remove(Array.from(board.entries('*'), ({ id }) => id).filter((id) => id !== 'demo'))
    await run(1, 2_000)
    await until(async () => (await parkedPolls(server.port)) === 0)
    forgetPushed()
    const beforeBytes = heapBytes()
    await run(Number(process.env['FUZZ_SEED'] ?? 2), REQUESTS)
    await until(async () => (await parkedPolls(server.port)) === 0)
    forgetPushed()
    agent.destroy()
    expect([...statuses.keys()].filter((status) => status >= 500)).toEqual([])
    for (const status of [200, 204, 304, 400, 401, 403, 404, 405, 414, 415, 421, 431])
      expect([status, statuses.has(status)]).toEqual([status, true])
    expect(server.logged()).not.toMatch(/"level":"error"/)
    await put(server.port, 'still-there', 1)
    expect(heapBytes() - beforeBytes).toBeLessThan(8 * 1024 * 1024)
  },
)

it('survives any bytes on a connection', { timeout: 60_000 }, async () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'GET ',
      'PUT ',
      '/v1/accounts',
      ' HTTP/1.1',
      '\r\n',
      '\r\n\r\n',
      'Host: 127.0.0.1',
      'Content-Length: 5',
      'Content-Length: -1',
      'Transfer-Encoding: chunked',
      'ffffffffffffffff\r\n',
      '0\r\n\r\n',
      '\u0000',
      ' ',
      ':',
      'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n',
      'Connection: upgrade\r\nUpgrade: h2c\r\n',
    ),
    fc.string({ unit: 'binary', maxLength: 30 }),
  )
  for (const pieces of fc.sample(fc.array(piece, { maxLength: 12 }), { seed: 3, numRuns: 1_000 })) {
    const raw = connectRaw(server.port)
    raw.socket.end(pieces.join(''), 'latin1')
    await raw.ended
    expect(raw.text()).not.toMatch(/HTTP\/1.1 5/)
  }
  expect((await send(server.port, 'GET', '/healthz')).status).toBe(200)
})

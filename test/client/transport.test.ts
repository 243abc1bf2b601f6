import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer as createSecureServer } from 'node:https'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createTransport } from '../../client/transport.ts'
import { markAllRead } from '../../client/calls.ts'
import { problemBody } from '../../server/http/responder.ts'
import type { PollAnswer } from '../../client/poll-loop.ts'
import { makeCertificate } from '../helpers/certificate.ts'
import { needs } from '../helpers/parts.ts'
import { temporaryFolder } from '../helpers/tmp.ts'
import { until } from '../helpers/until.ts'

let server: Server
let url: string
let respond: RequestListener
let seen: IncomingMessage[]

beforeEach(async () => {
  seen = []
  server = createServer((req, res) => {
    seen.push(req)
    respond(req, res)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const poll = (signal = new AbortController().signal): Promise<PollAnswer> =>
  createTransport({ url, token: 'very-secret' })({ tag: '"e.1"', waitSeconds: 55, signal })

function answers(status: number, headers: Record<string, string> = {}, body = ''): void {
  respond = (_, res) => void res.writeHead(status, headers).end(body)
}

test('sends its tag, its wait and its token, and reads the accounts', async () => {
  const accounts = [{ id: 'a', unread: 3, status: 'ok', checkedAt: null }]
  answers(200, { etag: '"e.2"' }, JSON.stringify({ accounts, more: 'of a newer server' }))
  expect(await poll()).toEqual({ kind: 'accounts', tag: '"e.2"', accounts })
  expect(seen[0]?.headers).toMatchObject({ 'if-none-match': '"e.1"', prefer: 'wait=55', authorization: 'Bearer very-secret' })
})

test.each(['', '/', '//', '/index.html', '/?a=b'])('polls the server of the page at /bell%s', async (end) => {
  answers(200, { etag: '"e.2"' }, '{"accounts":[]}')
  await createTransport({ url: `${url}/bell${end}`, token: 'a' })({ tag: null, waitSeconds: 0, signal: new AbortController().signal })
  expect(seen[0]?.url).toBe('/bell/v1/accounts')
})

test('an address that is none is an error like any other', async () => {
  url = 'nothing'
  expect(await poll()).toMatchObject({ kind: 'failed', problem: { code: 'unreachable' } })
})

test.each(['W/"e.2"', '"e.2-gzip"', 'W/"e.2;br"'])('sends back the tag %s that a proxy has changed', async (etag) => {
  answers(200, { etag }, '{"accounts":[]}')
  const transport = createTransport({ url, token: 'very-secret' })
  const { signal } = new AbortController()
  const answer = await transport({ tag: null, waitSeconds: 0, signal })
  expect(answer).toEqual({ kind: 'accounts', tag: etag, accounts: [] })
  await transport({ tag: etag, waitSeconds: 55, signal })
  expect(seen[1]?.headers['if-none-match']).toBe(etag)
})

test.each<[number, Record<string, string>, string, object]>([
  [304, {}, '', { kind: 'unchanged' }],
  [304, { 'preference-applied': 'wait=0' }, '', { kind: 'unchanged', draining: true }],
  [200, { etag: '"e.2"', 'preference-applied': 'wait=0' }, '{"accounts":[]}', { kind: 'accounts', draining: true }],
  [401, {}, problemBody('unauthorized'), { kind: 'signed-out', problem: { code: 'unauthorized' } }],
  [403, {}, problemBody('forbidden', 'No scope.'), { kind: 'signed-out', problem: { code: 'cannot-read', detail: 'No scope.' } }],
  // A proxy in front: a challenge, a sign-in page, another API.
  [401, { 'www-authenticate': 'Basic realm="x"' }, '', { kind: 'failed', problem: { code: 'denied', status: 401 } }],
  [403, {}, '<html>', { kind: 'failed', problem: { code: 'denied' } }],
  [403, { 'retry-after': '9' }, '{"code":403}', { kind: 'failed', retryAfterMs: 9_000, problem: { code: 'denied' } }],
  [503, { 'retry-after': '7' }, problemBody('overloaded'), { kind: 'failed', retryAfterMs: 7_000, problem: { code: 'overloaded' } }],
  [503, { 'retry-after': '7' }, '', { kind: 'failed', retryAfterMs: 7_000, problem: { code: 'gateway', status: 503 } }],
  [429, {}, '', { kind: 'failed', problem: { code: 'rate', status: 429 } }],
  [421, {}, '{"type":"x","title":"Wrong host","status":421}', { kind: 'failed', problem: { code: 'unexpected', detail: 'Wrong host' } }],
  [421, {}, problemBody('misdirected-request'), { kind: 'failed', problem: { code: 'misdirected-request' } }],
  [500, {}, '<html>', { kind: 'failed', problem: { code: 'unexpected', status: 500 } }],
  [502, {}, '<html>', { kind: 'failed', problem: { code: 'gateway', status: 502 } }],
  [408, {}, '<html>', { kind: 'failed', problem: { code: 'gateway', status: 408 } }],
  [504, {}, '{"type":"about:blank","title":"Gateway Timeout","status":504}', { kind: 'failed', problem: { code: 'gateway' } }],
  [401, {}, '{"type":"x","title":"Sign in","status":401}', { kind: 'failed', problem: { code: 'denied', detail: 'Sign in' } }],
  [522, {}, '<html>', { kind: 'failed', problem: { code: 'gateway', status: 522 } }],
  [530, {}, '<html>', { kind: 'failed', problem: { code: 'gateway', status: 530 } }],
  [407, {}, '<html>', { kind: 'failed', problem: { code: 'denied', status: 407 } }],
  [413, {}, '<html>', { kind: 'failed', problem: { code: 'too-large', status: 413 } }],
  [414, {}, '<html>', { kind: 'failed', problem: { code: 'uri-too-long', status: 414 } }],
  [431, {}, '<html>', { kind: 'failed', problem: { code: 'headers-too-large', status: 431 } }],
  [511, {}, '<html>', { kind: 'failed', problem: { code: 'denied', status: 511 } }],
  [505, {}, '<html>', { kind: 'failed', problem: { code: 'unexpected', status: 505 } }],
  [404, {}, problemBody('not-found'), { kind: 'failed', problem: { code: 'wrong-path', status: 404 } }],
  [302, { location: 'http://127.0.0.1:1/' }, '', { kind: 'failed', problem: { code: 'redirected', target: 'http://127.0.0.1:1/' } }],
  [200, { etag: '"e.2"' }, '<html>', { kind: 'failed', problem: { code: 'not-mailbell' } }],
  [200, {}, '{"accounts":[]}', { kind: 'failed', problem: { code: 'altered', detail: expect.stringContaining('ETag') } }],
  [200, { etag: '"e.2"' }, '{"accounts":[{"id":"a","unread":-1}]}', { kind: 'failed', problem: { code: 'not-mailbell' } }],
])('reads %i %j %s', async (status, headers, body, answer) => {
  answers(status, headers, body)
  expect(await poll()).toMatchObject(answer)
})

test('names that only a newer server knows do not cost the number', async () => {
  const account = { id: 'a', unread: 3, checkedAt: null }
  const accounts = [
    { ...account, status: 'ok', actions: ['read', 'snooze'], folders: [{ path: 'Later', role: 'snoozed', unread: 1 }] },
    { ...account, status: 'frozen' },
    { ...account, status: 'error', error: { code: 'quota', message: 'The mailbox is full.' } },
  ]
  answers(200, { etag: '"e.2"' }, JSON.stringify({ accounts }))
  expect(await poll()).toMatchObject({
    accounts: [
      { unread: 3, status: 'ok', actions: ['read'], folders: [{ path: 'Later', unread: 1 }] },
      { unread: 3, status: 'stale' },
      { unread: 3, status: 'error', error: { code: 'protocol', message: 'The mailbox is full.' } },
    ],
  })
})

test('a 304 to a poll without a tag is no answer of Mailbell', async () => {
  answers(304)
  const answer = await createTransport({ url, token: 'x' })({ tag: null, waitSeconds: 0, signal: new AbortController().signal })
  expect(answer).toMatchObject({ kind: 'failed', problem: { code: 'not-mailbell' } })
})

test('a poll over a connection that ends at that moment is sent again over a new one', async () => {
  const used = new WeakSet<object>()
  respond = ({ socket }, res) => {
    if (used.has(socket)) return void socket.destroy()
    used.add(socket)
    res.writeHead(200, { etag: '"e.2"' }).end('{"accounts":[]}')
  }
  for (let i = 0; i < 3; i++) expect(await poll()).toMatchObject({ kind: 'accounts' })
  expect(seen).toHaveLength(5)
})

test('a poll over a used connection that ends while it is held has failed, and is not sent again at once', async () => {
  const now = vi.spyOn(performance, 'now')
  try {
    respond = ({ socket }, res) => {
      if (seen.length === 1) return void res.writeHead(200, { etag: '"e.2"' }).end('{"accounts":[]}')
      now.mockImplementation(() => 1e9)
      socket.destroy()
    }
    expect(await poll()).toMatchObject({ kind: 'accounts' })
    now.mockImplementation(() => 1e9 - 50_000)
    expect(await poll()).toMatchObject({ kind: 'failed', problem: { code: 'unreachable' } })
    expect(seen).toHaveLength(2)
  } finally {
    now.mockRestore()
  }
})

test('a poll over a new connection that ends without an answer has failed', async () => {
  respond = ({ socket }) => void socket.destroy()
  expect(await poll()).toMatchObject({ kind: 'failed', problem: { code: 'unreachable' } })
  expect(seen).toHaveLength(1)
})

test('an action is not sent again where the connection ends without an answer', async () => {
  respond = (_, res) => void (seen.length === 1 ? res.writeHead(204).end() : res.socket?.destroy())
  expect(await markAllRead({ url, token: 'x' }, 'a')).toEqual({ ok: true })
  expect(await markAllRead({ url, token: 'x' }, 'a')).toMatchObject({ ok: false })
  expect(seen).toHaveLength(2)
})

test('an unreachable server is an error value, whose text contains no token', async () => {
  server.close()
  await once(server, 'close')
  const answer = await poll()
  expect(answer).toMatchObject({ kind: 'failed', problem: { code: 'unreachable' } })
  expect(JSON.stringify(answer)).not.toContain('very-secret')
})

test('a dead connection times out 10 s after its wait', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    respond = () => undefined
    const answer = poll()
    await vi.waitUntil(() => seen.length === 1)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await Promise.race([answer, 'waiting'])).toBe('waiting')
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await answer).toMatchObject({ kind: 'failed', problem: { code: 'no-answer' } })
  } finally {
    vi.useRealTimers()
  }
})

test('a server without TLS at an https address is reported in words', async () => {
  const transport = createTransport({ url: url.replace('http:', 'https:'), token: 'very-secret' })
  const answer = await transport({ tag: null, waitSeconds: 0, signal: new AbortController().signal })
  const detail = 'The server answers without TLS at this port; try http://.'
  expect(answer).toEqual({ kind: 'failed', problem: { code: 'tls', detail } })
})

describe.runIf(needs('openssl'))('a server with an untrusted certificate', () => {
  test('is reported as such, and receives no token', async () => {
    const folder = await temporaryFolder()
    await makeCertificate(folder.path)
    const [key, cert] = await Promise.all(['key.pem', 'cert.pem'].map((name) => readFile(join(folder.path, name))))
    let requests = 0
    const secure = createSecureServer({ key, cert }, () => (requests += 1)).listen(0, '127.0.0.1')
    await once(secure, 'listening')
    const address = secure.address()
    const port = typeof address === 'object' ? address?.port : ''
    const transport = createTransport({ url: `https://localhost:${port}`, token: 'very-secret' })
    const answer = await transport({ tag: null, waitSeconds: 0, signal: new AbortController().signal })
    expect(answer).toMatchObject({ kind: 'failed', problem: { code: 'tls' } })
    expect(JSON.stringify(answer)).not.toContain('very-secret')
    expect(requests).toBe(0)
    secure.closeAllConnections()
    secure.close()
    await folder.remove()
  })
})

test('an abort closes the connection', async () => {
  let gone = false
  respond = (_, res) => void res.on('close', () => (gone = true))
  const aborter = new AbortController()
  const answer = poll(aborter.signal)
  await until(() => seen.length === 1)
  aborter.abort()
  await answer
  await until(() => gone)
})

test.each([
  ['https://mail.example.org/v1/accounts', 'https://mail.example.org'],
  ['https://mail.example.org/sub/v1/accounts?x=secret#y', 'https://mail.example.org/sub'],
  ['//mail.example.org/', 'http://mail.example.org/'],
  ['https://sso.example.org/sign-in?next=secret', 'https://sso.example.org/sign-in'],
  ['https://user:secret@mail.example.org/', 'https://mail.example.org/'],
])('a redirect to %s is reported with its target', async (location, target) => {
  for (const status of [301, 302, 303, 307, 308]) {
    answers(status, { location })
    const detail = `The server redirects to ${target}; if that is its address, use it.`
    expect(await poll()).toEqual({ kind: 'failed', problem: { code: 'redirected', status, target, detail } })
  }
})

test('a relative redirect starts at the address of the request', async () => {
  for (const [location, target] of [
    ['/login', '/login'],
    ['\u00ff', '/v1/%C3%BF'],
  ] as const) {
    answers(302, { location })
    const detail = expect.stringContaining(`redirects to ${url}${target};`)
    expect(await poll()).toMatchObject({ problem: { code: 'redirected', target: `${url}${target}`, detail } })
  }
})

test.each(['', 'javascript:alert(1)', 'http://'])('a redirect without a usable target (%j) is another server', async (location) => {
  answers(302, { location })
  expect(await poll()).toMatchObject({ kind: 'failed', problem: { code: 'not-mailbell' } })
})

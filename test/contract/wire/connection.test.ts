import { once as emitted } from 'node:events'
import { Agent } from 'node:http'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { heapBytes } from '../../helpers/memory.ts'
import { send, connectRaw, parkedPolls, put, startServer, type TestServer, type TestServerOptions } from '../../helpers/server.ts'
import { until } from '../../helpers/until.ts'

let server: TestServer
let port = 0
async function started(options?: TestServerOptions): Promise<void> {
  server = await startServer(options)
  port = server.port
}
afterEach(() => server.close())

const count = (text: string, part: string): number => text.split(part).length - 1
const poll = (tag: string, wait = 55): string =>
  `GET /v1/accounts HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer reader\r\nIf-None-Match: ${tag}\r\nPrefer: wait=${wait}\r\n\r\n`
const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`
/** All that the server has written. */
async function responses(): Promise<number> {
  const { text } = await send(port, 'GET', '/metrics')
  return Array.from(text.matchAll(/^mailbell_answers_total\{.*\} (\d+)$/gm), ([, n]) => Number(n)).reduce((sum, n) => sum + n, 0)
}
const presentTag = async (): Promise<string> => String((await send(port, 'GET', '/v1/accounts')).headers.etag)

/** Polls with the current tag, which are parked. */
const pollsWith = async (headers: Record<string, string> = {}) => {
  const tag = await presentTag()
  return (token = 'reader') =>
    send(port, 'GET', '/v1/accounts', { token, headers: { 'if-none-match': tag, prefer: 'wait=55', ...headers } })
}
const heldFrom = async (address: string) => (await pollsWith({ 'x-forwarded-for': address }))()

describe('the Host header', () => {
  it.each([
    'evil.example',
    'evil.example:80',
    '127.0.0.1',
    '127.0.0.1:1',
    'localhost.evil.example',
    '127.0.0.1.nip.io',
    '[::1]',
    '0.0.0.0',
  ])('%s is not this server: 421, before the token is checked', async (host) => {
    await started()
    const { status, headers, json } = await send(port, 'GET', '/v1/accounts', { token: null, headers: { host } })
    expect(status).toBe(421)
    expect(headers).toMatchObject({ 'content-type': 'application/problem+json', 'cache-control': 'no-store, no-transform' })
    expect(json()).toMatchObject({ code: 'misdirected-request', field: 'Host' })
  })

  it('may be any address for a health probe or the metrics, but no unknown name', async () => {
    await started()
    for (const path of ['/healthz', '/readyz', '/healthz?t=1', '/metrics'])
      for (const host of ['10.1.2.3', '10.1.2.3:6245', '127.0.0.1:1', '[2001:db8::7]', '[::1]:8080', 'localhost', 'LocalHost:8080'])
        expect([path, host, (await send(port, 'GET', path, { headers: { host } })).status]).toEqual([path, host, 200])
    for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.nip.io:80', '10.1.2', '[::1', 'a b'])
      expect([host, (await send(port, 'GET', '/healthz', { headers: { host } })).status]).toEqual([host, 421])
    for (const path of ['/healthz/x', '/healthz%3Ft', '/v1/accounts?/healthz', '/metrics/'])
      expect([path, (await send(port, 'GET', path, { headers: { host: '10.1.2.3' } })).status]).toEqual([path, 421])
    expect((await send(port, 'GET', '/metrics', { token: null, headers: { host: '10.1.2.3' } })).status).toBe(401)
  })

  it('may name loopback with the right port, or a configured name with any port', async () => {
    await started({ http: { allowedHosts: ['Mail.example.org'] } })
    for (const host of [
      `127.0.0.1:${port}`,
      `localhost:${port}`,
      `LOCALHOST:${port}`,
      `[::1]:${port}`,
      'mail.example.org',
      'mail.example.org:8443',
    ])
      expect([host, (await send(port, 'GET', '/healthz', { headers: { host } })).status]).toEqual([host, 200])
    expect((await send(port, 'GET', '/healthz', { headers: { host: 'x.mail.example.org' } })).status).toBe(421)
  })

  it('is required', async () => {
    await started()
    const raw = connectRaw(port)
    raw.socket.write('GET /healthz HTTP/1.1\r\n\r\n')
    expect(await raw.ended).toBeNull()
    expect(raw.text()).toMatch(/^HTTP\/1.1 400 [^]*"field":"Host"/)
  })

  const answerTo = async (...lines: readonly string[]): Promise<string> => {
    const raw = connectRaw(port)
    raw.socket.write([...lines, 'Connection: close', '', ''].join('\r\n'))
    await raw.ended
    return raw.text()
  }

  it('may be absent from a health probe in HTTP/1.0 only', async () => {
    await started()
    for (const line of ['GET /healthz HTTP/1.0', 'GET /readyz HTTP/1.0', 'HEAD /healthz HTTP/1.0'])
      expect([line, await answerTo(line)]).toEqual([line, expect.stringMatching(/^HTTP\/1.1 200 /)])
    expect(await answerTo('GET /healthz HTTP/1.0', 'Host:')).toMatch(/^HTTP\/1.1 200 /)
    for (const path of ['/v1/accounts', '/v1/openapi.json', '/metrics', '/healthz/../v1/accounts'])
      expect([path, await answerTo(`GET ${path} HTTP/1.0`)]).toEqual([path, expect.stringMatching(/^HTTP\/1.1 400 /)])
  })

  it('may be sent once only', async () => {
    await started()
    for (const second of [`127.0.0.1:${port}`, 'evil.example', ''])
      for (const name of ['Host', 'hOST'])
        for (const path of ['/healthz', '/v1/openapi.json']) {
          const text = await answerTo(`GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`, 'X: y', `${name}: ${second}`)
          expect([path, text]).toEqual([path, expect.stringMatching(/^HTTP\/1.1 400 [^]*"field":"Host"/)])
        }
  })

  it('gives way to a target in the absolute form, as a proxy sends it', async () => {
    await started({ http: { allowedHosts: ['mail.example.org'] } })
    const status = async (target: string, host: string, ...more: readonly string[]) =>
      Number((await answerTo(`GET ${target} HTTP/1.1`, host, ...more)).slice(9, 12))
    const token = 'Authorization: Bearer reader'
    for (const scheme of ['http', 'HTTPS'])
      expect(await status(`${scheme}://mail.example.org/v1/accounts?x=1`, 'Host: other.example', token)).toBe(200)
    expect(await status(`http://127.0.0.1:${port}/healthz`, `Host: 127.0.0.1:${port}`)).toBe(200)
    expect(await status('http://evil.example/v1/accounts', `Host: 127.0.0.1:${port}`, token)).toBe(421)
    expect(await status(`http://evil@127.0.0.1:${port}/v1/accounts`, `Host: 127.0.0.1:${port}`, token)).toBe(421)
    expect(await status('http:///v1/accounts', `Host: 127.0.0.1:${port}`, token)).toBe(400)
    expect(await status('http://mail.example.org', 'Host: mail.example.org')).toBe(404)
    expect(await status('http://mail.example.org/healthz', 'X: y')).toBe(400)
    expect(await status('ftp://mail.example.org/v1/accounts', 'Host: mail.example.org', token)).toBeGreaterThanOrEqual(400)
    expect(await status('*', 'Host: mail.example.org', token)).toBeGreaterThanOrEqual(400)
  })
})

describe('the Origin header', () => {
  it('prevents changes by a foreign page', async () => {
    await started()
    for (const origin of ['https://evil.example', 'null', 'http://localhost', `http://127.0.0.1:${port + 1}`]) {
      const { status, headers, json } = await send(port, 'PUT', '/v1/accounts/a', {
        token: 'feeder',
        body: { unread: 1 },
        headers: { origin },
      })
      expect([origin, status]).toEqual([origin, 403])
      expect(json()).toMatchObject({ code: 'forbidden', field: 'Origin' })
      expect(headers['access-control-allow-origin']).toBeUndefined()
    }
    expect(server.board.get('a')).toBeUndefined()
  })

  it('lets the server’s own page change things', async () => {
    await started()
    const headers = { origin: `http://127.0.0.1:${port}` }
    expect((await send(port, 'PUT', '/v1/accounts/a', { token: 'feeder', body: { unread: 1 }, headers })).status).toBe(204)
  })

  it('may have a port that a proxy has removed from the Host header', async () => {
    await started({ http: { allowedHosts: ['mail.example.org'] } })
    const change = (origin: string, host: string) =>
      send(port, 'PUT', '/v1/accounts/a', { token: 'feeder', body: { unread: 1 }, headers: { origin, host } })
    expect((await change('https://mail.example.org:8443', 'mail.example.org')).status).toBe(204)
    expect((await change('https://mail.example.org:8443', 'mail.example.org:8444')).status).toBe(403)
    expect((await change('https://evil.example:8443', 'mail.example.org')).status).toBe(403)
  })

  it('may differ from a Host header that a proxy has replaced, if the browser calls the page the server’s own', async () => {
    await started()
    const change = (headers: Readonly<Record<string, string>>) =>
      send(port, 'PUT', '/v1/accounts/a', {
        token: 'feeder',
        body: { unread: 1 },
        headers: { origin: 'https://mail.example.org', ...headers },
      })
    expect((await change({ 'sec-fetch-site': 'same-origin' })).status).toBe(204)
    for (const site of ['cross-site', 'same-site', 'same-origin, cross-site', 'anything new'])
      expect([site, (await change({ 'sec-fetch-site': site })).status]).toEqual([site, 403])
    expect((await change({ origin: `http://127.0.0.1:${port}`, 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  })

  it('allows no cross-origin reads by default', async () => {
    await started()
    const headers = { origin: 'https://evil.example' }
    const read = await send(port, 'GET', '/v1/accounts', { headers })
    expect(read.headers['access-control-allow-origin']).toBeUndefined()
    const preflight = await send(port, 'OPTIONS', '/v1/accounts', {
      token: null,
      headers: { ...headers, 'access-control-request-method': 'GET' },
    })
    expect(preflight.status).toBe(405)
    expect(preflight.headers['access-control-allow-origin']).toBeUndefined()
  })

  it('is echoed only if it is configured, on polls, problems and preflights', async () => {
    const origin = 'https://team.example.org'
    await started({ http: { allowedOrigins: [origin] } })
    const headers = { origin }
    const preflight = await send(port, 'OPTIONS', '/v1/accounts/a', {
      token: null,
      headers: { ...headers, 'access-control-request-method': 'PUT' },
    })
    expect([preflight.status, preflight.headers['access-control-allow-origin']]).toEqual([204, origin])
    expect(preflight.headers['access-control-allow-headers']).toMatch(/Authorization.*If-None-Match.*Prefer/)
    const answers = [
      await send(port, 'GET', '/v1/accounts', { headers }),
      await send(port, 'GET', '/v1/accounts', { headers, token: null }),
      await send(port, 'PUT', '/v1/accounts/a', { headers, token: 'feeder', body: { unread: 1 } }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 204])
    for (const answer of answers) {
      expect(answer.headers).toMatchObject({ 'access-control-allow-origin': origin, vary: 'Origin' })
      expect(answer.headers['access-control-expose-headers']).toContain('ETag')
    }
    const other = await send(port, 'GET', '/v1/accounts', { headers: { origin: `${origin}.evil.example` } })
    expect([other.headers['access-control-allow-origin'], other.headers.vary]).toEqual([undefined, 'Origin'])
  })
})

describe('size and time limits', () => {
  it('rejects a URL over 2 KiB', async () => {
    await started()
    const { status, json } = await send(port, 'GET', `/v1/accounts?${'x'.repeat(2048)}`)
    expect([status, json()['code']]).toEqual([414, 'uri-too-long'])
  })

  it('counts a percent-encoded byte of a URL as one', async () => {
    await started()
    const id = '가'.repeat(256)
    await put(port, id, 1)
    expect((await send(port, 'GET', `/v1/accounts/${encodeURIComponent(id)}`)).json()).toMatchObject({ id, unread: 1 })
    expect((await send(port, 'GET', `/v1/accounts?${'%41'.repeat(2048)}`)).status).toBe(414)
  })

  it('rejects headers over 8 KiB, and closes the connection', async () => {
    await started()
    const raw = connectRaw(port)
    raw.socket.write(`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX: ${'x'.repeat(9000)}\r\n\r\n`)
    expect(await raw.ended).toBeNull()
    expect(raw.text()).toMatch(/^HTTP\/1.1 431 [^]*application\/problem\+json[^]*"code":"headers-too-large"/)
  })

  it('rejects what is not HTTP, and closes the connection', async () => {
    await started()
    for (const bytes of [
      '\x16\x03\x01\x02\x00\x01\x00\x01',
      'HELO mail.example\r\n\r\n',
      'GET / HTTP/9.9\r\n\r\n',
      'GET /\r\nHost\r\n\r\n',
    ]) {
      const raw = connectRaw(port)
      raw.socket.write(bytes)
      await raw.ended
      expect(raw.text()).toMatch(/^HTTP\/1.1 400 [^]*"code":"bad-request"/)
      // As any other response (RFC 9110, section 6.6.1).
      for (const field of ['Date: ', 'Cache-Control: no-store, no-transform\r\n', 'X-Content-Type-Options: nosniff\r\n'])
        expect(raw.text()).toContain(`\r\n${field}`)
    }
    expect((await send(port, 'GET', '/healthz')).status).toBe(200)
  })

  it('closes a rejected connection that the client never ends', async () => {
    await started({ times: { headers: 200, request: 300, check: 50 } })
    const openSockets = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length
    const before = openSockets()
    const clients = ['\0garbage\r\n\r\n', 'GET / HTTP/1.1\r\nX-Slow: '].map((bytes) => {
      const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).resume()
      socket.write(bytes)
      return socket
    })
    await Promise.all(clients.map((socket) => emitted(socket, 'end')))
    // Only the clients' ends are left.
    await until(() => openSockets() <= before + clients.length)
    for (const socket of clients) socket.destroy()
  })

  it('rejects a body on a GET', async () => {
    await started()
    const { status, headers, json } = await send(port, 'GET', '/v1/accounts', { body: '{}' })
    expect([status, headers.connection, json()['field']]).toEqual([400, 'close', 'body'])
  })

  it('times out a client that never finishes its headers', async () => {
    await started({ times: { headers: 200, request: 300, check: 50 } })
    const raw = connectRaw(port)
    raw.socket.write(`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Slow: `)
    expect(await raw.ended).toBeNull()
    expect(raw.text()).toMatch(/^HTTP\/1.1 408 [^]*"code":"timeout"/)
  })

  it('times out a client that never finishes its body', async () => {
    await started({ times: { headers: 200, request: 300, check: 50 } })
    const raw = connectRaw(port)
    raw.socket.write(
      `PUT /v1/accounts/a HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer feeder\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"un`,
    )
    await raw.ended
    expect(server.board.get('a')).toBeUndefined()
  })

  it('does not time out a parked poll', async () => {
    await started({ times: { headers: 500, request: 500, check: 50 } })
    const raw = connectRaw(port)
    raw.socket.write(poll(await presentTag(), 2))
    await until(() => raw.text().includes('\r\n\r\n'))
    expect(raw.text()).toMatch(/^HTTP\/1.1 304 /)
    raw.socket.destroy()
  })

  it('receives a rejected large body, rather than cutting the client off', async () => {
    await started()
    const agent = new Agent({ keepAlive: true })
    for (let i = 0; i < 5; i++) {
      const { status } = await send(port, 'PUT', '/v1/accounts/a', { token: 'feeder', body: ' '.repeat(3 * 1024 * 1024), agent })
      expect(status).toBe(413)
    }
    agent.destroy()
  })
})

describe('one connection', () => {
  it('stays open for longer than the idle connections of proxies', async () => {
    await started()
    const agent = new Agent({ keepAlive: true })
    const { headers } = await send(port, 'GET', '/healthz', { agent })
    agent.destroy()
    expect(Number(/^timeout=(\d+)$/.exec(String(headers['keep-alive']))?.[1])).toBeGreaterThan(600)
  })

  it('parks one poll: a second one ends the first', async () => {
    await started()
    const raw = connectRaw(port)
    const tag = await presentTag()
    raw.socket.write(poll(tag))
    await until(async () => (await parkedPolls(port)) === 1)
    raw.socket.write(poll(tag, 54))
    await until(() => raw.text().includes('wait=55'))
    await until(async () => (await parkedPolls(port)) === 1)
    expect(raw.text()).toMatch(/^HTTP\/1.1 304 [^]*\r\n\r\n$/)
    raw.socket.destroy()
  })

  it('rejects a poll behind an unanswered one through node:http, and ends', async () => {
    await started({ http: { fastPath: false } })
    const raw = connectRaw(port)
    const tag = await presentTag()
    raw.socket.write(poll(tag))
    await until(async () => (await parkedPolls(port)) === 1)
    raw.socket.write(poll(tag))
    await raw.ended
    expect(raw.text()).toMatch(/^HTTP\/1.1 304 [^]*HTTP\/1.1 429 [^]*Connection: close/)
    expect(raw.text()).toMatch(/Retry-After: 1\r\n/)
    expect(await parkedPolls(port)).toBe(0)
  })

  it('answers a poll at once when another request is pipelined behind it, in order', async () => {
    await started()
    const raw = connectRaw(port)
    raw.socket.write(poll(await presentTag()))
    await until(async () => (await parkedPolls(port)) === 1)
    raw.socket.write(`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)
    await until(() => raw.text().endsWith('ok\n'))
    expect(raw.text()).toMatch(/^HTTP\/1.1 304 [^]*HTTP\/1.1 200 /)
    raw.socket.destroy()
  })

  it('parks none of 20,000 pipelined polls, which would cost memory', async () => {
    await started()
    const tag = await presentTag()
    const all = poll(tag).repeat(20_000)
    const once = async (): Promise<number> => {
      const raw = connectRaw(port)
      raw.socket.write(all)
      await raw.ended
      // At most those of one read of the socket: each ends the hold of the one before.
      expect(count(raw.text(), 'HTTP/1.1 ')).toBeLessThan(1_000)
      expect(await parkedPolls(port)).toBe(0)
      return heapBytes()
    }
    // The first round compiles and caches code.
    const firstBytes = await once()
    for (let i = 0; i < 3; i++) expect((await once()) - firstBytes).toBeLessThan(1024 * 1024)
  })

  it('handles no more than 65 of the requests that are pipelined while no response is read', async () => {
    await started({ http: { legacy: true } })
    const raw = connectRaw(port)
    raw.socket.pause()
    raw.socket.write(get('/v1/openapi.json').repeat(2_000))
    await until(async () => (await responses()) > 64)
    raw.socket.destroy()
    for (const path of ['/healthz', '/v1/accounts', '/get.php?userID=a', '/nothing', '/v1/openapi.json']) {
      const before = await responses()
      const reading = connectRaw(port)
      reading.socket.write(get(path).repeat(2_000))
      await reading.ended
      expect([path, count(reading.text(), 'HTTP/1.1 ') <= 65]).toEqual([path, true])
      expect(reading.text()).toContain('Connection: close')
      // Two are those of the metrics.
      expect((await responses()) - before).toBeLessThanOrEqual(66)
    }
  })

  it('answers any number of pipelined requests to a client that reads the responses as it sends', async () => {
    await started()
    const raw = connectRaw(port)
    for (let sent = 0; sent < 500; sent += 50) {
      raw.socket.write(get('/healthz').repeat(50))
      await until(() => count(raw.text(), 'HTTP/1.1 200 ') === sent + 50)
    }
    expect(raw.text()).not.toContain('Connection: close')
    raw.socket.destroy()
  })

  it('ends where the client reads nothing of a large response, of which the system takes only a part', async () => {
    await started({ times: { unread: 100 } })
    const folders = Array.from({ length: 1_000 }, (_, i) => ({ path: `f${i}`, unread: 1 }))
    for (let i = 0; i < 200; i++)
      expect((await send(port, 'PUT', `/v1/accounts/a${i}`, { token: 'feeder', body: { unread: 1, folders } })).status).toBe(204)
    const raw = connectRaw(port)
    raw.socket.pause()
    const request = get('/v1/accounts').replace('\r\n\r\n', '\r\nAuthorization: Bearer reader\r\n\r\n')
    raw.socket.write(request.repeat(3))
    await until(() => {
      raw.socket.write('\r\n')
      return raw.socket.destroyed
    })
  })

  it('serves polls one after another', async () => {
    await started()
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    let tag = await presentTag()
    for (let i = 1; i <= 50; i++) {
      const pending = send(port, 'GET', '/v1/accounts', { agent, headers: { 'if-none-match': tag, prefer: 'wait=55' } })
      await put(port, 'a', i)
      const { status, headers, json } = await pending
      expect([status, json().accounts?.[0]?.unread]).toEqual([200, i])
      tag = String(headers.etag)
    }
    agent.destroy()
  })

  it('that is half closed counts as disconnected', async () => {
    await started()
    const raw = connectRaw(port)
    raw.socket.write(poll(await presentTag()))
    await until(async () => (await parkedPolls(port)) === 1)
    raw.socket.end()
    await until(async () => (await parkedPolls(port)) === 0)
  })

  it.each([true, false])('that sends garbage behind a poll is closed without a response out of turn, fast path %s', async (fastPath) => {
    await started({ http: { fastPath } })
    const raw = connectRaw(port)
    raw.socket.write(poll(await presentTag()))
    await until(async () => (await parkedPolls(port)) === 1)
    raw.socket.write('\x00\x01garbage\r\n\r\n')
    await raw.ended
    expect(raw.text()).toMatch(fastPath ? /^HTTP\/1.1 304 [^]*\r\n\r\nHTTP\/1.1 400 [^]*Connection: close/ : /^$/)
    expect(await parkedPolls(port)).toBe(0)
  })
})

describe('caps', () => {
  it('reject with 429 above the limit of a token, and with 503 above the total', async () => {
    await started({ http: { caps: { total: 3, perToken: 2, perAddress: 1 } } })
    const park = await pollsWith()
    const waiting = [park(), park()]
    await until(async () => (await parkedPolls(port)) === 2)
    const overToken = await park()
    expect([overToken.status, overToken.json()['code']]).toEqual([429, 'too-many-requests'])
    expect(Number(overToken.headers['retry-after'])).toBeGreaterThanOrEqual(5)
    const aliceTag = String((await send(port, 'GET', '/v1/accounts', { token: 'alice' })).headers.etag)
    const asAlice = () => send(port, 'GET', '/v1/accounts', { token: 'alice', headers: { 'if-none-match': aliceTag, prefer: 'wait=55' } })
    waiting.push(asAlice())
    await until(async () => (await parkedPolls(port)) === 3)
    const overAll = await asAlice()
    expect([overAll.status, overAll.json()['code']]).toEqual([503, 'overloaded'])
    expect([1, 2, 3, 4]).toContain(Number(overAll.headers['retry-after']))
    await put(port, 'alice', 1)
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200])
  })

  it('count addresses from a trusted proxy, and IPv6 by its /64', async () => {
    await started({ http: { trustedProxies: ['127.0.0.1', '10.0.0.0/8'], caps: { total: 100, perToken: 100, perAddress: 1 } } })
    const waiting = [heldFrom('198.51.100.7'), heldFrom('1.2.3.4, 2001:db8:1:2::5'), heldFrom('203.0.113.9, 10.1.2.3')]
    await until(async () => (await parkedPolls(port)) === 3)
    for (const again of ['198.51.100.7', '::ffff:198.51.100.7', '2001:db8:1:2:ffff::1', 'anything, 203.0.113.9'])
      expect((await heldFrom(again)).status).toBe(429)
    for (const other of ['198.51.100.8', '2001:db8:1:3::5', 'no address']) waiting.push(heldFrom(other))
    await until(async () => (await parkedPolls(port)) === 6)
    await put(port, 'a', 1)
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200])
  })

  it('ignore X-Forwarded-For of an untrusted client', async () => {
    await started({ http: { caps: { total: 100, perToken: 100, perAddress: 1 } } })
    const park = await pollsWith({ 'x-forwarded-for': '198.51.100.7' })
    const waiting = [park(), park(), park()]
    await until(async () => (await parkedPolls(port)) === 3)
    await put(port, 'a', 1)
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200])
  })
})

it('answers the first request also to a client that then sends no more', async () => {
  await started()
  const { socket, text, ended } = connectRaw(port)
  socket.end(get('/healthz'))
  await ended
  expect(text()).toMatch(/^HTTP\/1\.1 200 /)
})

/** What a page of another origin, a proxy or an odd client sends before anything is routed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectRaw, put, send, startServer, type TestServer } from '../../helpers/server.ts'

let server: TestServer
let port = 0
beforeAll(async () => {
  server = await startServer({ http: { legacy: true, allowedOrigins: ['https://team.example'] } })
  port = server.port
  await put(port, 'kim', 7)
})
afterAll(() => server.close())

describe('get.php', () => {
  const get = (headers: Record<string, string>) => send(port, 'GET', '/get.php?userID=kim&mailCount=1', { token: null, headers })

  it.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' },
    { 'sec-fetch-site': 'same-origin, cross-site' },
    { 'sec-fetch-site': 'anything new' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    { referer: 'https://evil.example/page' },
    { referer: 'no address' },
  ])('does not answer a page of another origin (%j)', async (headers) => {
    const { status, text, json } = await get(headers)
    expect([status, json()]).toMatchObject([403, { code: 'forbidden' }])
    expect(text).not.toContain('7')
  })

  it.each([
    {},
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'same-origin', referer: 'https://proxy.example/page' },
    { 'sec-fetch-site': 'same-origin', origin: 'https://proxy.example' },
    { origin: 'https://team.example', 'sec-fetch-site': 'cross-site' },
    { referer: 'https://team.example/page' },
  ])('answers its own page, an allowed one and programs (%j)', async (headers) => {
    expect(await get(headers)).toMatchObject({ status: 200, text: '7' })
  })

  it('answers its own page also to browsers that send only Origin or Referer', async () => {
    const own = `http://127.0.0.1:${port}`
    for (const headers of [{ origin: own }, { referer: `${own}/page` }]) expect((await get(headers)).text).toBe('7')
  })

  it.each(['who?', 'a%3Fb?c=d'])('answers for the user %s', async (query) => {
    const id = decodeURIComponent(query)
    await put(port, id, 3)
    expect((await send(port, 'GET', `/get.php?userID=${query}&mailCount=1`, { token: null })).text).toBe('3')
  })

  it('holds a user that is not UTF-8 as an unknown one, and never as another', async () => {
    await put(port, '\ufffd', 5)
    const { socket, text } = connectRaw(port)
    socket.write(`GET /get.php?userID=%FC&mailCount=1 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)
    // Answered after the first, which is parked until then.
    socket.write(`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`)
    await new Promise((resolve) => socket.once('close', resolve))
    expect(text()).toMatch(/^HTTP\/1\.1 200 [^]*\r\nContent-Length: 0\r\n[^]*ok\n$/)
  })
})

describe('the target of a request', () => {
  const own = () => `127.0.0.1:${port}`
  async function raw(start: string): Promise<string> {
    const { socket, text, ended } = connectRaw(port)
    socket.write(`${start} HTTP/1.1\r\nHost: ${own()}\r\nAuthorization: Bearer reader\r\nConnection: close\r\n\r\n`)
    await ended
    return text()
  }

  it('may be a URL of this server, which means its path', async () => {
    for (const target of [`http://${own()}/healthz`, `HTTP://${own()}/healthz?x=//`, `https://localhost:${port}/healthz`])
      expect(await raw(`GET ${target}`)).toMatch(/^HTTP\/1\.1 200 [^]*ok\n$/)
    expect(await raw(`GET http://${own()}/v1/accounts/kim`)).toMatch(/^HTTP\/1\.1 200 [^]*"unread":7/)
    expect(await raw(`GET http://${own()}/get.php?userID=kim&mailCount=1`)).toMatch(/^HTTP\/1\.1 200 [^]*\r\n7$/)
    expect(await raw(`GET http://${own()}`)).toMatch(/^HTTP\/1\.1 404 /)
    expect(await raw(`GET http://${own()}?x`)).toMatch(/^HTTP\/1\.1 404 /)
  })

  it.each([
    'http://evil.example/healthz',
    'http://evil.example',
    'http://user@OWN/healthz',
    'http://OWN:80/healthz',
    'http://OWN.evil.example/healthz',
  ])('may not be the URL %s of another host', async (target) => {
    expect(await raw(`GET ${target.replace('OWN', own())}`)).toMatch(/^HTTP\/1\.1 421 [^]*"code":"misdirected-request"/)
  })

  it.each(['GET *', 'PUT *', 'DELETE *', 'GET ftp://OWN/healthz', 'GET file:///healthz', 'GET http:///healthz', 'GET healthz'])(
    'of %s is invalid',
    async (start) => {
      expect(await raw(start.replace('OWN', own()))).toMatch(/^HTTP\/1\.1 400 [^]*"code":"bad-request"/)
    },
  )

  it('may be * only for OPTIONS, which names the methods', async () => {
    expect(await raw('OPTIONS *')).toMatch(/^HTTP\/1\.1 204 [^]*\r\nAllow: GET, HEAD, PUT, PATCH, POST, DELETE, OPTIONS\r\n/)
    expect(await raw('OPTIONS /*')).toMatch(/^HTTP\/1\.1 404 /)
  })
})

describe('Content-Encoding', () => {
  const feed = (encoding: string) =>
    send(port, 'PUT', '/v1/accounts/kim', { token: 'feeder', body: { unread: 7 }, headers: { 'content-encoding': encoding } })

  it.each(['gzip', 'GZIP', 'br', 'deflate', 'zstd', 'x-unknown', 'identity, gzip', 'gzip, identity'])(
    '%s is not accepted',
    async (encoding) => {
      const { status, headers, json } = await feed(encoding)
      expect([status, json()]).toMatchObject([415, { code: 'unsupported-media-type', field: 'Content-Encoding' }])
      expect(headers['accept-encoding']).toBe('identity')
    },
  )

  it.each(['identity', 'Identity', '', ', identity'])('%j is none', async (encoding) => {
    expect((await feed(encoding)).status).toBe(204)
  })

  it('of a request without a body has no meaning', async () => {
    expect((await send(port, 'GET', '/healthz', { headers: { 'content-encoding': 'gzip' } })).status).toBe(200)
  })
})

describe('a condition', () => {
  const conditions = ['If-Match', 'If-None-Match', 'If-Unmodified-Since'] as const

  it.each(conditions)('in %s is not ignored by what changes something', async (name) => {
    for (const [method, path] of [
      ['PUT', '/v1/accounts/cond'],
      ['DELETE', '/v1/accounts/kim'],
      ['POST', '/v1/codes'],
    ] as const) {
      const body = method === 'PUT' ? { unread: 7 } : undefined
      const { status, json } = await send(port, method, path, { token: 'feeder', headers: { [name]: '*' }, ...(body && { body }) })
      expect([method, status, json()]).toMatchObject([method, 400, { code: 'bad-request', field: name }])
    }
    expect([server.board.get('cond'), server.board.get('kim')?.counts?.unread]).toEqual([undefined, 7])
  })
})

describe('pushed text', () => {
  it('is shown on one line, without control and bidirectional characters', async () => {
    const unsafe = '\u0085a\u009b31m\u202eb\u2066c\u200f\u2028d\u061c\r\n\u0007'
    const latest = [{ id: `id${unsafe}`, from: unsafe, subject: `Re: ${unsafe}`, folder: `In${unsafe}` }]
    const folders = [{ path: `In${unsafe}`, unread: 1 }]
    const body = { unread: 1, latest, folders }
    expect((await send(port, 'PUT', '/v1/accounts/one', { token: 'feeder', body })).status).toBe(204)
    const bulk = { accounts: [{ id: 'two', ...body }] }
    expect((await send(port, 'PUT', '/v1/accounts', { token: 'feeder', body: bulk })).status).toBe(204)
    for (const id of ['one', 'two'])
      expect((await send(port, 'GET', `/v1/accounts/${id}`)).json()).toMatchObject({
        // The id is sent back byte for byte.
        latest: [{ id: `id${unsafe}`, from: 'a 31m b c d', subject: 'Re:  a 31m b c d', folder: 'In a 31m b c d' }],
        folders: [{ path: 'In a 31m b c d', unread: 1 }],
      })
  })
})

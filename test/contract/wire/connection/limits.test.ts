/** The limits of a request and of the polls that a server holds. */
import { once as emitted } from 'node:events'
import { Agent } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { send, connectRaw, parkedPolls, put } from '../../../helpers/server.ts'
import { until } from '../../../helpers/until.ts'
import { useServer } from './use-server.ts'

const { running, started, presentTag, poll } = useServer()

/** Polls with the current tag, which are parked. */
const pollsWith = async (headers: Record<string, string> = {}) => {
  const tag = await presentTag()
  return (token = 'reader') =>
    send(running.port, 'GET', '/v1/accounts', { token, headers: { 'if-none-match': tag, prefer: 'wait=55', ...headers } })
}
const heldFrom = async (address: string) => (await pollsWith({ 'x-forwarded-for': address }))()

describe('size and time limits', () => {
  it('rejects a URL over 2 KiB', async () => {
    await started()
    const { status, json } = await send(running.port, 'GET', `/v1/accounts?${'x'.repeat(2048)}`)
    expect([status, json()['code']]).toEqual([414, 'uri-too-long'])
  })

  it('counts a percent-encoded byte of a URL as one', async () => {
    await started()
    const id = '가'.repeat(256)
    await put(running.port, id, 1)
    expect((await send(running.port, 'GET', `/v1/accounts/${encodeURIComponent(id)}`)).json()).toMatchObject({ id, unread: 1 })
    expect((await send(running.port, 'GET', `/v1/accounts?${'%41'.repeat(2048)}`)).status).toBe(414)
  })

  it('rejects headers over 8 KiB, and closes the connection', async () => {
    await started()
    const raw = connectRaw(running.port)
    raw.socket.write(`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${running.port}\r\nX: ${'x'.repeat(9000)}\r\n\r\n`)
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
      const raw = connectRaw(running.port)
      raw.socket.write(bytes)
      await raw.ended
      expect(raw.text()).toMatch(/^HTTP\/1.1 400 [^]*"code":"bad-request"/)
      // As any other response (RFC 9110, section 6.6.1).
      for (const field of ['Date: ', 'Cache-Control: no-store, no-transform\r\n', 'X-Content-Type-Options: nosniff\r\n'])
        expect(raw.text()).toContain(`\r\n${field}`)
    }
    expect((await send(running.port, 'GET', '/healthz')).status).toBe(200)
  })

  it('closes a rejected connection that the client never ends', async () => {
    await started({ times: { headers: 200, request: 300, check: 50 } })
    const openSockets = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length
    const before = openSockets()
    const clients = ['\0garbage\r\n\r\n', 'GET / HTTP/1.1\r\nX-Slow: '].map((bytes) => {
      const socket = connect({ port: running.port, host: '127.0.0.1', allowHalfOpen: true }).resume()
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
    const { status, headers, json } = await send(running.port, 'GET', '/v1/accounts', { body: '{}' })
    expect([status, headers.connection, json()['field']]).toEqual([400, 'close', 'body'])
  })

  it('times out a client that never finishes its headers', async () => {
    await started({ times: { headers: 200, request: 300, check: 50 } })
    const raw = connectRaw(running.port)
    raw.socket.write(`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${running.port}\r\nX-Slow: `)
    expect(await raw.ended).toBeNull()
    expect(raw.text()).toMatch(/^HTTP\/1.1 408 [^]*"code":"timeout"/)
  })

  it('times out a client that never finishes its body', async () => {
    await started({ times: { headers: 200, request: 300, check: 50 } })
    const raw = connectRaw(running.port)
    raw.socket.write(
      `PUT /v1/accounts/a HTTP/1.1\r\nHost: 127.0.0.1:${running.port}\r\nAuthorization: Bearer feeder\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"un`,
    )
    await raw.ended
    expect(running.server.board.get('a')).toBeUndefined()
  })

  it('does not time out a parked poll', async () => {
    await started({ times: { headers: 500, request: 500, check: 50 } })
    const raw = connectRaw(running.port)
    raw.socket.write(poll(await presentTag(), 2))
    await until(() => raw.text().includes('\r\n\r\n'))
    expect(raw.text()).toMatch(/^HTTP\/1.1 304 /)
    raw.socket.destroy()
  })

  it('receives a rejected large body, rather than cutting the client off', async () => {
    await started()
    const agent = new Agent({ keepAlive: true })
    for (let i = 0; i < 5; i++) {
      const { status } = await send(running.port, 'PUT', '/v1/accounts/a', { token: 'feeder', body: ' '.repeat(3 * 1024 * 1024), agent })
      expect(status).toBe(413)
    }
    agent.destroy()
  })
})

describe('caps', () => {
  it('reject with 429 above the limit of a token, and with 503 above the total', async () => {
    await started({ http: { caps: { total: 3, perToken: 2, perAddress: 1 } } })
    const park = await pollsWith()
    const waiting = [park(), park()]
    await until(async () => (await parkedPolls(running.port)) === 2)
    const overToken = await park()
    expect([overToken.status, overToken.json()['code']]).toEqual([429, 'too-many-requests'])
    expect(Number(overToken.headers['retry-after'])).toBeGreaterThanOrEqual(5)
    const aliceTag = String((await send(running.port, 'GET', '/v1/accounts', { token: 'alice' })).headers.etag)
    const asAlice = () =>
      send(running.port, 'GET', '/v1/accounts', { token: 'alice', headers: { 'if-none-match': aliceTag, prefer: 'wait=55' } })
    waiting.push(asAlice())
    await until(async () => (await parkedPolls(running.port)) === 3)
    const overAll = await asAlice()
    expect([overAll.status, overAll.json()['code']]).toEqual([503, 'overloaded'])
    expect([1, 2, 3, 4]).toContain(Number(overAll.headers['retry-after']))
    await put(running.port, 'alice', 1)
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200])
  })

  it('count addresses from a trusted proxy, and IPv6 by its /64', async () => {
    await started({ http: { trustedProxies: ['127.0.0.1', '10.0.0.0/8'], caps: { total: 100, perToken: 100, perAddress: 1 } } })
    const waiting = [heldFrom('198.51.100.7'), heldFrom('1.2.3.4, 2001:db8:1:2::5'), heldFrom('203.0.113.9, 10.1.2.3')]
    await until(async () => (await parkedPolls(running.port)) === 3)
    for (const again of ['198.51.100.7', '::ffff:198.51.100.7', '2001:db8:1:2:ffff::1', 'anything, 203.0.113.9'])
      expect((await heldFrom(again)).status).toBe(429)
    for (const other of ['198.51.100.8', '2001:db8:1:3::5', 'no address']) waiting.push(heldFrom(other))
    await until(async () => (await parkedPolls(running.port)) === 6)
    await put(running.port, 'a', 1)
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200])
  })

  it('ignore X-Forwarded-For of an untrusted client', async () => {
    await started({ http: { caps: { total: 100, perToken: 100, perAddress: 1 } } })
    const park = await pollsWith({ 'x-forwarded-for': '198.51.100.7' })
    const waiting = [park(), park(), park()]
    await until(async () => (await parkedPolls(running.port)) === 3)
    await put(running.port, 'a', 1)
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200])
  })
})

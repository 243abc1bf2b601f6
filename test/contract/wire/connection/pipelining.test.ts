/** Several requests on one connection. */
import { Agent } from 'node:http'
import { describe, expect, it } from 'vitest'
import { heapBytes } from '../../../helpers/memory.ts'
import { send, connectRaw, parkedPolls, put } from '../../../helpers/server.ts'
import { until } from '../../../helpers/until.ts'
import { useServer } from './use-server.ts'

const { running, started, presentTag, get, poll } = useServer()
const count = (text: string, part: string): number => text.split(part).length - 1
/** All that the server has written. */
async function responses(): Promise<number> {
  const { text } = await send(running.port, 'GET', '/metrics')
  return Array.from(text.matchAll(/^mailbell_answers_total\{.*\} (\d+)$/gm), ([, n]) => Number(n)).reduce((sum, n) => sum + n, 0)
}

describe('one connection', () => {
  it('stays open for longer than the idle connections of proxies', async () => {
    await started()
    const agent = new Agent({ keepAlive: true })
    const { headers } = await send(running.port, 'GET', '/healthz', { agent })
    agent.destroy()
    expect(Number(/^timeout=(\d+)$/.exec(String(headers['keep-alive']))?.[1])).toBeGreaterThan(600)
  })

  it('parks one poll: a second one ends the first', async () => {
    await started()
    const raw = connectRaw(running.port)
    const tag = await presentTag()
    raw.socket.write(poll(tag))
    await until(async () => (await parkedPolls(running.port)) === 1)
    raw.socket.write(poll(tag, 54))
    await until(() => raw.text().includes('wait=55'))
    await until(async () => (await parkedPolls(running.port)) === 1)
    expect(raw.text()).toMatch(/^HTTP\/1.1 304 [^]*\r\n\r\n$/)
    raw.socket.destroy()
  })

  it('rejects a poll behind an unanswered one through node:http, and ends', async () => {
    await started({ http: { fastPath: false } })
    const raw = connectRaw(running.port)
    const tag = await presentTag()
    raw.socket.write(poll(tag))
    await until(async () => (await parkedPolls(running.port)) === 1)
    raw.socket.write(poll(tag))
    await raw.ended
    expect(raw.text()).toMatch(/^HTTP\/1.1 304 [^]*HTTP\/1.1 429 [^]*Connection: close/)
    expect(raw.text()).toMatch(/Retry-After: 1\r\n/)
    expect(await parkedPolls(running.port)).toBe(0)
  })

  it('answers a poll at once when another request is pipelined behind it, in order', async () => {
    await started()
    const raw = connectRaw(running.port)
    raw.socket.write(poll(await presentTag()))
    await until(async () => (await parkedPolls(running.port)) === 1)
    raw.socket.write(`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${running.port}\r\n\r\n`)
    await until(() => raw.text().endsWith('ok\n'))
    expect(raw.text()).toMatch(/^HTTP\/1.1 304 [^]*HTTP\/1.1 200 /)
    raw.socket.destroy()
  })

  it('parks none of 20,000 pipelined polls, which would cost memory', async () => {
    await started()
    const tag = await presentTag()
    const all = poll(tag).repeat(20_000)
    const once = async (): Promise<number> => {
      const raw = connectRaw(running.port)
      raw.socket.write(all)
      await raw.ended
      // At most those of one read of the socket: each ends the hold of the one before.
      expect(count(raw.text(), 'HTTP/1.1 ')).toBeLessThan(1_000)
      expect(await parkedPolls(running.port)).toBe(0)
      return heapBytes()
    }
    // The first round compiles and caches code.
    const firstBytes = await once()
    for (let i = 0; i < 3; i++) expect((await once()) - firstBytes).toBeLessThan(1024 * 1024)
  })

  it('handles no more than 65 of the requests that are pipelined while no response is read', async () => {
    await started({ http: { legacy: true } })
    const raw = connectRaw(running.port)
    raw.socket.pause()
    raw.socket.write(get('/v1/openapi.json').repeat(2_000))
    await until(async () => (await responses()) > 64)
    raw.socket.destroy()
    for (const path of ['/healthz', '/v1/accounts', '/get.php?userID=a', '/nothing', '/v1/openapi.json']) {
      const before = await responses()
      const reading = connectRaw(running.port)
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
    const raw = connectRaw(running.port)
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
      expect((await send(running.port, 'PUT', `/v1/accounts/a${i}`, { token: 'feeder', body: { unread: 1, folders } })).status).toBe(204)
    const raw = connectRaw(running.port)
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
      const pending = send(running.port, 'GET', '/v1/accounts', { agent, headers: { 'if-none-match': tag, prefer: 'wait=55' } })
      await put(running.port, 'a', i)
      const { status, headers, json } = await pending
      expect([status, json().accounts?.[0]?.unread]).toEqual([200, i])
      tag = String(headers.etag)
    }
    agent.destroy()
  })

  it('that is half closed counts as disconnected', async () => {
    await started()
    const raw = connectRaw(running.port)
    raw.socket.write(poll(await presentTag()))
    await until(async () => (await parkedPolls(running.port)) === 1)
    raw.socket.end()
    await until(async () => (await parkedPolls(running.port)) === 0)
  })

  it.each([true, false])('that sends garbage behind a poll is closed without a response out of turn, fast path %s', async (fastPath) => {
    await started({ http: { fastPath } })
    const raw = connectRaw(running.port)
    raw.socket.write(poll(await presentTag()))
    await until(async () => (await parkedPolls(running.port)) === 1)
    raw.socket.write('\x00\x01garbage\r\n\r\n')
    await raw.ended
    expect(raw.text()).toMatch(fastPath ? /^HTTP\/1.1 304 [^]*\r\n\r\nHTTP\/1.1 400 [^]*Connection: close/ : /^$/)
    expect(await parkedPolls(running.port)).toBe(0)
  })
})

it('answers the first request also to a client that then sends no more', async () => {
  await started()
  const { socket, text, ended } = connectRaw(running.port)
  socket.end(get('/healthz'))
  await ended
  expect(text()).toMatch(/^HTTP\/1\.1 200 /)
})

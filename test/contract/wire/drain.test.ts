import { once } from 'node:events'
import { Agent, type IncomingHttpHeaders } from 'node:http'
import { describe, expect, it } from 'vitest'
import { send, connectRaw, parkedPolls, put, startServer } from '../../helpers/server.ts'
import { until } from '../../helpers/until.ts'

interface Seen {
  readonly status: number
  readonly connection: IncomingHttpHeaders['connection']
}

/** Polls over one connection, again after each response, until its connection is refused. */
async function keepAsking(
  port: number,
  request: () => { method: string; path: string; token: string; body?: object; headers?: Record<string, string> },
) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const seen: Seen[] = []
  let tag: string | undefined
  try {
    for (;;) {
      const { method, path, headers, ...rest } = request()
      const answer = await send(port, method, path, {
        ...rest,
        agent,
        headers: { ...headers, ...(tag !== undefined && { 'if-none-match': tag }) },
      })
      if (method === 'GET') tag = answer.headers.etag
      seen.push({ status: answer.status, connection: answer.headers.connection })
    }
  } catch (error) {
    return { seen, end: error instanceof Error && 'code' in error ? String(error.code) : String(error) }
  } finally {
    agent.destroy()
  }
}

describe('a shutdown', () => {
  it('answers every keep-alive client with Connection: close, and resets none', async () => {
    const server = await startServer({ http: { drainMs: 500 } })
    const { port } = server
    await put(port, 'a', 1)
    const pollers = Array.from({ length: 40 }, () =>
      keepAsking(port, () => ({ method: 'GET', path: '/v1/accounts', token: 'reader', headers: { prefer: 'wait=55' } })),
    )
    let unread = 0
    const feeders = Array.from({ length: 4 }, (_, i) =>
      keepAsking(port, () => ({ method: 'PUT', path: `/v1/accounts/f${i}`, token: 'feeder', body: { unread: unread++ } })),
    )
    await until(() => unread > 200)
    const startedAtMs = performance.now()
    await server.close()
    expect(performance.now() - startedAtMs).toBeLessThan(4_000)
    for (const { seen, end } of await Promise.all([...pollers, ...feeders])) {
      expect(end).toBe('ECONNREFUSED')
      expect(seen.at(-1)?.connection).toBe('close')
      expect(seen.slice(0, -1).every(({ connection }) => connection === 'keep-alive')).toBe(true)
      expect(seen.every(({ status }) => [200, 204, 304].includes(status))).toBe(true)
    }
  })

  it('spreads the release of parked polls over the drain time, and tells them that it holds no more', async () => {
    const server = await startServer({ http: { drainMs: 1_000 } })
    const { port } = server
    await put(port, 'a', 1)
    const tag = String((await send(port, 'GET', '/v1/accounts')).headers.etag)
    const releasedAtMs: number[] = []
    const polls = Array.from({ length: 60 }, async () => {
      const { status, headers } = await send(port, 'GET', '/v1/accounts', { headers: { prefer: 'wait=55', 'if-none-match': tag } })
      releasedAtMs.push(performance.now())
      return [status, headers.connection, headers.etag, headers['preference-applied']]
    })
    await until(async () => (await parkedPolls(port)) === 60)
    await server.close()
    for (const answer of await Promise.all(polls)) expect(answer).toEqual([304, 'close', tag, 'wait=0'])
    // A single burst would end within milliseconds.
    expect((releasedAtMs.at(-1) ?? 0) - (releasedAtMs[0] ?? 0)).toBeGreaterThan(300)
  })

  it('answers the connections that wait to be accepted', async () => {
    const server = await startServer({ http: { drainMs: 0 } })
    const { port } = server
    const waiting = Array.from({ length: 200 }, () => connectRaw(port))
    for (const { socket } of waiting) socket.write(`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)
    await Promise.race(waiting.map(({ socket }) => once(socket, 'connect')))
    await server.close()
    for (const { ended, text } of waiting) {
      expect(await ended).toBeNull()
      expect(text()).toMatch(/^HTTP\/1.1 200 [^]*Connection: close/)
    }
  })

  it('is not delayed by a silent connection or an endless request', async () => {
    const server = await startServer({ http: { drainMs: 50 } })
    const { port } = server
    const idle = connectRaw(port)
    const keepAlive = connectRaw(port)
    const slow = connectRaw(port)
    keepAlive.socket.write(`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)
    slow.socket.write(`PUT /v1/accounts/a HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer feeder\r\nContent-Length: 9\r\n\r\n`)
    await until(() => keepAlive.text().endsWith('ok\n'))
    await server.close()
    await Promise.all([idle.ended, keepAlive.ended, slow.ended])
  })

  it('still accepts requests on open connections, and reports that it is not ready', async () => {
    const server = await startServer({ http: { drainMs: 400 } })
    const { port } = server
    await put(port, 'a', 1)
    const tag = String((await send(port, 'GET', '/v1/accounts')).headers.etag)
    const open = connectRaw(port)
    open.socket.write(`GET /readyz HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)
    await until(() => open.text().includes('ready'))
    const closed = server.close()
    open.socket.write(`GET /readyz HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)
    expect(await open.ended).toBeNull()
    expect(open.text()).toMatch(/HTTP\/1.1 503 [^]*Connection: close[^]*"code":"not-ready"/)
    expect(tag).toMatch(/^"/)
    await closed
  })
})

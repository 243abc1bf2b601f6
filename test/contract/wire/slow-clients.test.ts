/** The attacks of slowhttptest: hundreds of connections whose clients send, or read, a few bytes a second. */
import { execFile } from 'node:child_process'
import { Agent } from 'node:http'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pathOf, needs } from '../../helpers/parts.ts'
import { put, send, startServer, type TestServer } from '../../helpers/server.ts'
import { until } from '../../helpers/until.ts'

const CONNECTIONS = 300
const openSockets = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length

describe.runIf(needs('slowhttptest'))('clients that are slow on purpose', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ times: { headers: 1_000, request: 1_500, check: 250, unread: 1_000 } })
  })
  afterAll(() => server.close())

  it.each([
    ['to send headers', '/v1/accounts', ['-H'], 'No open connections left'],
    [
      'to send a body',
      '/v1/accounts/x',
      ['-B', '-t', 'PUT', '-s', '60000', '-f', 'application/json\r\nAuthorization: Bearer feeder'],
      'No open connections left',
    ],
    // The system has taken the responses from the server, and delivers them as slowly as the client reads.
    ['to read a response', '/v1/openapi.json', ['-X', '-k', '4', '-w', '1', '-y', '16', '-z', '5', '-l', '3'], 'Hit test time limit'],
  ])('%s do not delay the polls of others, and are disconnected', async (_what, path, args, end) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    let tag = String((await send(server.port, 'GET', '/v1/accounts', { agent })).headers.etag)
    const before = openSockets()
    const url = `http://127.0.0.1:${server.port}${path}`
    const options = ['-c', String(CONNECTIONS), '-r', String(CONNECTIONS), '-i', '1', '-l', '20', '-p', '2', '-u', url]
    const ended = new AbortController()
    const attack = promisify(execFile)(pathOf('slowhttptest'), [...options, ...args]).finally(() => ended.abort())
    let most = 0
    for (let unread = 1; !ended.signal.aborted; unread += 1) {
      const poll = send(server.port, 'GET', '/v1/accounts', { agent, headers: { 'if-none-match': tag, prefer: 'wait=55' } })
      await put(server.port, 'kim', unread)
      const { status, headers, json } = await poll
      expect([status, json().accounts?.map((account) => account.unread)]).toEqual([200, [unread]])
      tag = String(headers.etag)
      most = Math.max(most, openSockets())
    }
    const { stdout } = await attack
    expect(most).toBeGreaterThan(CONNECTIONS / 2)
    expect(stdout).toMatch(/service available:.*YES/)
    expect(stdout).toContain(end)
    await until(() => openSockets() <= before)
    agent.destroy()
  })
})

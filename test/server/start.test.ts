import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import type { CountedConfig } from '../../server/config/load.ts'
import type { SourceConfig } from '../../server/sources/kinds.ts'
import type { SqlSourceConfig } from '../../server/sources/sql/config.ts'
import { Secret } from '../../server/auth/secret.ts'
import type { Source } from '../../server/sources/source.ts'
import { freePort } from '../helpers/programs/daemon.ts'
import { connectRaw, send, put, startServer, type TestServer, type TestServerOptions } from '../helpers/server.ts'
import { temporaryFolder } from '../helpers/tmp.ts'
import { until } from '../helpers/until.ts'

let server: TestServer
afterEach(() => server.close())

const config = (name: string, password = 'secret'): SqlSourceConfig => ({
  type: 'sql',
  name,
  url: new Secret({ value: password }),
  query: '',
  intervalMs: 1000,
  changedSince: undefined,
  listen: undefined,
  timeoutMs: 1000,
})

/** Sources that count one account of their own name, once `speaks` says so. */
function sources(speaks: () => boolean = () => true, accounts: readonly string[] = []) {
  const made: string[] = []
  const createSource = ({ name }: SourceConfig): Source => {
    made.push(name)
    return {
      name,
      accounts,
      firstReportMs: 60_000,
      silenceMs: 60_000,
      async run({ report, signal }) {
        if (speaks()) report({ accounts: [{ id: `${name}@example.org`, unread: 1 }] })
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      },
    }
  }
  return { made, createSource }
}
const counted = (given: readonly SourceConfig[], labels = new Map<string, string>()): CountedConfig => ({
  sources: given,
  labels,
  demo: false,
})
const ids = (): string[] => Array.from(server.board.entries('*'), ({ id }) => id).toSorted()

it('keeps a source whose config says the same, makes anew one whose secret differs, and forgets one that is gone', async () => {
  const { made, createSource } = sources()
  server = await startServer({ config: { sources: [config('a'), config('b'), config('c')] }, createSource })
  await until(() => server.board.size === 3)
  const rev = server.board.get('a@example.org')?.rev
  await server.setSources(counted([config('a'), config('b', 'changed')]))
  await until(() => server.board.get('b@example.org')?.status === 'ok')
  expect(made).toEqual(['a', 'b', 'c', 'b'])
  expect(ids()).toEqual(['a@example.org', 'b@example.org'])
  expect(server.board.get('a@example.org')?.rev).toBe(rev)
})

it('shows another label at once, without making the source anew', async () => {
  const { made, createSource } = sources()
  server = await startServer({ config: { sources: [config('a')], labels: new Map([['a@example.org', 'Work']]) }, createSource })
  await until(() => server.board.get('a@example.org')?.status === 'ok')
  const read = async (): Promise<unknown> => (await send(server.port, 'GET', '/v1/accounts/a@example.org')).json()
  expect(await read()).toMatchObject({ label: 'Work', unread: 1, status: 'ok' })
  await server.setSources(counted([config('a')], new Map([['a@example.org', '집']])))
  expect(await read()).toMatchObject({ label: '집', unread: 1, status: 'ok' })
  await server.setSources(counted([config('a')]))
  expect(await read()).not.toHaveProperty('label')
  expect(made).toEqual(['a'])
})

describe('while sources whose accounts are unknown have not reported', () => {
  /** The source counts alice once it may report. */
  async function startSlowly(http: TestServerOptions['http'] = {}) {
    const { promise: mayReport, resolve: report } = Promise.withResolvers<void>()
    const { promise: running, resolve: run } = Promise.withResolvers<AbortSignal>()
    const ending = new AbortController()
    const createSource = ({ name }: SourceConfig): Source => ({
      name,
      accounts: [],
      firstReportMs: 60_000,
      silenceMs: 60_000,
      async run(attempt) {
        const { promise: ended, resolve: end } = Promise.withResolvers<void>()
        attempt.signal.addEventListener('abort', () => end(), { once: true })
        run(attempt.signal)
        await Promise.race([mayReport, ended])
        attempt.report({ accounts: [{ id: 'alice', unread: 4 }] })
        await ended
      },
    })
    const port = await freePort()
    const starting = startServer({ http: { port, ...http }, config: { sources: [config('a')] }, createSource, ending: ending.signal })
    starting.catch(() => undefined)
    const attempt = await running
    const early = connectRaw(port)
    early.socket.write(`GET /v1/accounts HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer reader\r\n\r\n`)
    await once(early.socket, 'connect')
    return { starting, report, attempt, early, ending }
  }

  it.each([true, false])('clients wait, so that a restart makes no number disappear (fast path: %s)', async (fastPath) => {
    const { starting, report, early } = await startSlowly({ fastPath })
    report()
    server = await starting
    await until(() => early.text().includes('"id":"alice","unread":4,"status":"ok"'))
    expect(early.text()).toContain('HTTP/1.1 200 OK')
    expect((await send(server.port, 'GET', '/metrics')).text).toContain(`mailbell_requests_total{path="fast"} ${fastPath ? 1 : 0}\n`)
    early.socket.destroy()
  })

  it('an end of the server ends the sources and the clients that wait', async () => {
    const { starting, attempt, early, ending } = await startSlowly()
    ending.abort()
    await expect(starting).rejects.toBe(ending.signal.reason)
    expect(attempt.aborted).toBe(true)
    await early.ended
    expect(early.text()).toBe('')
  })
})

it('runs no source where the port is taken', async () => {
  server = await startServer()
  const { made, createSource } = sources()
  const port = Number(new URL(server.url).port)
  const starting = startServer({ http: { port }, config: { sources: [config('a')] }, createSource })
  await expect(starting).rejects.toMatchObject({ code: 'EADDRINUSE' })
  expect(made).toEqual([])
})

it('is ready when every source has spoken', async () => {
  let speaks = false
  const { createSource } = sources(() => speaks, ['a@example.org'])
  server = await startServer({ config: { sources: [config('a')] }, createSource })
  expect((await send(server.port, 'GET', '/readyz')).status).toBe(503)
  speaks = true
  await server.setSources(counted([config('b')]))
  await until(async () => (await send(server.port, 'GET', '/readyz')).status === 200)
  expect((await send(server.port, 'GET', '/metrics')).text).toContain('mailbell_source_phase{source="b",phase="live"} 1')
})

it('brings back what was kept of sources that are still configured, and of no other', async () => {
  const folder = await temporaryFolder()
  const common = { dataDir: folder.path, persist: true }
  server = await startServer({ config: { ...common, sources: [config('a'), config('b')] }, createSource: sources().createSource })
  await until(() => server.board.size === 2)
  await server.close()
  server = await startServer({ config: { ...common, sources: [config('a')] }, createSource: sources(() => false).createSource })
  expect(ids()).toEqual(['a@example.org'])
  expect(server.board.get('a@example.org')).toMatchObject({ counts: { unread: 1 }, status: 'stale' })
  await server.close()
  await folder.remove()
})

it('does not take what was put for the accounts of a source, whatever its name', async () => {
  const folder = await temporaryFolder()
  const common = { dataDir: folder.path, persist: true }
  server = await startServer({ config: common })
  await put(server.port, 'fed', 4)
  await server.close()
  server = await startServer({ config: { ...common, sources: [config('push')] }, createSource: sources().createSource })
  await until(() => server.board.get('push@example.org')?.status === 'ok')
  expect(server.board.get('fed')).toMatchObject({ counts: { unread: 4 }, status: 'stale' })
  await put(server.port, 'fed', 5)
  expect(server.board.get('fed')).toMatchObject({ counts: { unread: 5 }, status: 'ok' })
  await server.close()
  await folder.remove()
})

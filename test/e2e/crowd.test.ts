/** A thousand real clients (poll loop and transport) against the real command, through a kill, a shutdown and restarts. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../client/clock.ts'
import { createPollLoop, type LinkView, type PollLoop } from '../../client/poll-loop.ts'
import { createTransport } from '../../client/transport.ts'
import { freePort } from '../helpers/programs/daemon.ts'
import { type ServedCommand, serveCommand } from '../helpers/cli.ts'
import { until } from '../helpers/until.ts'

const CLIENTS = 1_000
const tokens = { CROWD_READ: 'crowd-read-secret', CROWD_FEED: 'crowd-feed-secret' }

let folder: string
let port: number
let server: ServedCommand
let loops: PollLoop[] = []
/** Every view that any client has shown. */
let shown: { client: number; view: LinkView }[] = []

async function serve(): Promise<ServedCommand> {
  return serveCommand(['--config', join(folder, 'mailbell.yml')], { MAILBELL_DATA_DIR: folder, ...tokens })
}

async function put(accounts: readonly { id: string; unread: number }[]): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/accounts`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${tokens.CROWD_FEED}`, 'content-type': 'application/json' },
    body: JSON.stringify({ accounts }),
  })
  expect(answer.status).toBe(204)
}

function startClients(): void {
  loops = Array.from({ length: CLIENTS }, (_, client) => {
    const loop = createPollLoop({
      ...systemClock,
      transport: createTransport({ url: `http://127.0.0.1:${port}`, token: tokens.CROWD_READ }),
      onView: (view) => void shown.push({ client, view }),
    })
    loop.start()
    return loop
  })
}

const isFresh = ({ link, accounts }: LinkView, unread: number): boolean =>
  link.phase === 'live' && accounts?.[0]?.status === 'ok' && accounts[0].unread === unread

const allShow = (unread: number): boolean => loops.every(({ view }) => isFresh(view, unread))

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mailbell-crowd-'))
  port = await freePort()
  shown = []
  writeFileSync(
    join(folder, 'mailbell.yml'),
    [
      `server: { host: 127.0.0.1, port: ${port}, drain: 2s, limits: { perToken: 5000 } }`,
      'tokens:',
      '  - { name: read, secret: { env: CROWD_READ }, scope: read, accounts: "*" }',
      '  - { name: feed, secret: { env: CROWD_FEED }, scope: collect, accounts: "*" }',
      '',
    ].join('\n'),
  )
  server = await serve()
  await put([{ id: 'team', unread: 1 }])
  startClients()
  await until(() => allShow(1), 30_000)
})

afterEach(async () => {
  for (const loop of loops) loop.stop()
  await server.end('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

// Starting a thousand clients is slow on a small machine.
describe('a thousand clients', { timeout: 120_000 }, () => {
  test('all reconnect soon after the server was killed and restarted, and none shows a wrong count as fresh meanwhile', async () => {
    await put([{ id: 'team', unread: 2 }])
    await until(() => allShow(2))
    await server.end('SIGKILL')
    await until(() => loops.every(({ view }) => view.link.phase !== 'live'))
    shown = []

    server = await serve()
    const startedAt = Date.now()
    await until(() => loops.every(({ view }) => view.link.phase === 'live'))
    console.log(`${CLIENTS} clients live ${Date.now() - startedAt} ms after the server was back`)
    // The server shows its last counts as stale, because the feeder has not reported yet.
    for (const { view } of loops) expect(view.accounts).toMatchObject([{ id: 'team', status: 'stale' }])
    expect(shown.filter(({ view }) => view.link.phase === 'live' && view.accounts?.some(({ status }) => status === 'ok'))).toEqual([])

    await put([{ id: 'team', unread: 5 }])
    await until(() => allShow(5))
  })

  test('are released without a connection reset when the server shuts down, and connect to the next one', async () => {
    const ended = server.end('SIGTERM')
    expect(await ended).toBe(0)
    const problems = shown.flatMap(({ view }) => (view.link.phase === 'retrying' ? [view.link.problem.detail] : []))
    expect(problems.filter((detail) => /ECONNRESET|socket hang up|EPIPE/.test(detail))).toEqual([])

    server = await serve()
    await put([{ id: 'team', unread: 7 }])
    await until(() => allShow(7), 60_000)
  })
})

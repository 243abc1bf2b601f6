/** A preloaded module sets the system's time back or forward, as NTP or a person does, on each side of the wire. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type RunningCommand, serveCommand, startCommand } from '../../helpers/cli.ts'
import { parkedPolls, put, send } from '../../helpers/server.ts'
import { until } from '../../helpers/until.ts'

let folder: string
const started: RunningCommand[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mailbell-clock-'))
})
afterEach(async () => {
  for (const command of started.splice(0)) await command.end('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

/** Each SIGUSR2 makes the time jump. `Math.random` says 0.5, so that each delay is half of the longest. */
function env(stepMs: number): Record<string, string> {
  const shim = join(folder, 'clock.cjs')
  writeFileSync(
    shim,
    `let offMs = 0
    const Real = Date
    globalThis.Date = class extends Real {
      constructor(...given) { given.length === 0 ? super(Real.now() + offMs) : super(...given) }
      static now() { return Real.now() + offMs }
    }
    Math.random = () => 0.5
    process.on('SIGUSR2', () => { offMs += ${stepMs} })`,
  )
  return {
    NODE_OPTIONS: `--require ${shim}`,
    MAILBELL_DATA_DIR: folder,
    MAILBELL_CONFIG: '',
    MAILBELL_SERVER: '',
    MAILBELL_TOKEN: '',
    READER: 'reader',
    FEEDER: 'feeder',
  }
}

interface Line {
  readonly at: string
  readonly link?: { readonly phase: string; readonly atMs: number }
}

test.skipIf(process.platform === 'win32').each([-3_600_000, 3_600_000])(
  'a client backs off as before when its clock jumps by %d ms while it is offline',
  async (stepMs) => {
    const closed = createServer().listen(0, '127.0.0.1')
    await once(closed, 'listening')
    const { port } = closed.address() as AddressInfo
    closed.close()
    const watch = startCommand(['watch', '--format', 'json', '--server', `http://127.0.0.1:${port}`, '--token', 'x'], env(stepMs))
    started.push(watch)
    const tries = () =>
      watch
        .stdout()
        .split('\n')
        .slice(0, -1)
        .map((line): Line => JSON.parse(line))
        .filter(({ link }) => link?.phase === 'retrying')
    await until(() => tries().length >= 1)
    watch.child.kill('SIGUSR2')
    await until(() => tries().length >= 4, 20_000)
    const delays = tries().map(({ at, link }) => Number(link?.atMs) - Date.parse(at))
    for (const delayMs of delays.slice(1, 4)) {
      expect(delayMs).toBeGreaterThan(400)
      expect(delayMs).toBeLessThan(30_000)
    }
  },
)

test.skipIf(process.platform === 'win32').each([-3_600_000, 3_600_000])(
  'a server keeps its polls parked and its sources counting when its clock jumps by %d ms',
  async (stepMs) => {
    const program = join(folder, 'count.mjs')
    writeFileSync(
      program,
      `import { appendFileSync, readFileSync } from 'node:fs'
      appendFileSync('runs', 'x')
      console.log(readFileSync('runs').length)`,
    )
    writeFileSync(
      join(folder, 'mailbell.yml'),
      `tokens:
  - { name: reader, secret: { env: READER }, accounts: "*" }
  - { name: feeder, secret: { env: FEEDER }, scope: collect, accounts: "*" }
sources:
  - { type: command, account: runs, command: ["${process.execPath}", count.mjs], interval: 1s }
`,
    )
    const server = await serveCommand(['--port', '0'], env(stepMs))
    started.push(server)
    const port = Number(new URL(server.url).port)
    await put(port, 'alice', 1)
    const { headers } = await send(port, 'GET', '/v1/accounts/alice')
    const poll = send(port, 'GET', '/v1/accounts/alice', { headers: { 'if-none-match': String(headers.etag), prefer: 'wait=50' } })
    await until(async () => (await parkedPolls(port)) === 1)
    server.child.kill('SIGUSR2')
    const runs = async () => Number((await send(port, 'GET', '/v1/accounts/runs')).json()['unread'])
    const before = await runs()
    await until(async () => (await runs()) >= before + 2, 20_000)
    expect(await parkedPolls(port)).toBe(1)
    await put(port, 'alice', 2)
    expect((await poll).json()).toMatchObject({ unread: 2 })
    expect(await server.end()).toBe(0)
  },
)

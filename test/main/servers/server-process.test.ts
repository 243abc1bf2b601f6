import { EventEmitter } from 'node:events'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createServerProcess, type ServerState, type Worker } from '../../../main/servers/server-process.ts'
import type { WorkerCommand } from '../../../common/protocol/worker.ts'
import { until } from '../../helpers/until.ts'
import { rememberingLog } from '../system/log.ts'

class FakeWorker extends EventEmitter implements Worker {
  stdout = null
  stderr = null
  readonly received: WorkerCommand[] = []
  killed = false
  postMessage(command: WorkerCommand): void {
    this.received.push(command)
  }
  kill(): boolean {
    this.killed = true
    this.emit('exit', 15)
    return true
  }
}

function setUp(resolveProxy = async (_url: string): Promise<string> => 'DIRECT') {
  const workers: FakeWorker[] = []
  const states: ServerState[] = []
  const opened: string[] = []
  const timers: { callback: () => void; ms: number }[] = []
  const log = rememberingLog()
  let nowMs = 0
  let tokens = 0
  const server = createServerProcess({
    fork() {
      const worker = new FakeWorker()
      workers.push(worker)
      return worker
    },
    log,
    now: () => nowMs,
    schedule(callback, ms) {
      const timer = { callback, ms }
      timers.push(timer)
      return () => void timers.splice(timers.indexOf(timer), 1)
    },
    newToken: () => `token-${++tokens}`,
    resolveProxy,
    onState: (state) => void states.push(state),
    openSignIn: async (url) => void opened.push(url),
    async storeTokens({ account }) {
      if (account === 'lost') throw new Error('no keyring')
    },
  })
  const passTimer = (): void => {
    const timer = timers.shift()
    nowMs += timer?.ms ?? 0
    timer?.callback()
  }
  const worker = (): FakeWorker => workers.at(-1) ?? expect.fail('no worker')
  return { log, opened, server, workers, worker, states, timers, passTimer }
}

const NOTHING = { accounts: [], demo: true }
const ACCOUNT = { account: 'a', protocol: 'imap', host: 'h', port: 993, security: 'tls', user: 'u', password: 'p', folders: [] } as const

test('the server gets the token of its run by message, and its address is reported with that token', () => {
  const { server, worker, states } = setUp()
  server.start(NOTHING)
  expect(worker().received).toEqual([{ type: 'start', token: 'token-1', sources: NOTHING }])
  worker().emit('message', { type: 'listening', url: 'http://127.0.0.1:1' })
  expect(states.at(-1)).toEqual({ phase: 'listening', url: 'http://127.0.0.1:1', token: 'token-1' })
})

test('the folder of its files is known before it listens, so that they can be removed', () => {
  const { server, worker } = setUp()
  server.start(NOTHING)
  expect(server.dataDir).toBeNull()
  worker().emit('message', { type: 'starting', dataDir: '/home/kim/mailbell' })
  expect(server.dataDir).toBe('/home/kim/mailbell')
})

test('after a crash it is restarted with a new token and the latest sources', () => {
  const { server, worker, workers, states, passTimer } = setUp()
  server.start(NOTHING)
  server.setSources({ accounts: [ACCOUNT], demo: false })
  worker().emit('exit', 1)
  expect(states.at(-1)).toEqual({ phase: 'starting' })
  passTimer()
  expect(workers).toHaveLength(2)
  expect(worker().received).toEqual([{ type: 'start', token: 'token-2', sources: { accounts: [ACCOUNT], demo: false } }])
})

test('a server that exits repeatedly is reported down with its last error; a check restarts it', () => {
  const { server, worker, workers, states, timers, passTimer } = setUp()
  server.start(NOTHING)
  for (let end = 1; end <= 7; end++) {
    worker().emit('message', { type: 'failed', message: 'The disk is full.' })
    worker().emit('exit', 1)
    if (end < 7) passTimer()
  }
  expect(states.at(-1)).toEqual({ phase: 'down', detail: 'The disk is full.' })
  expect(timers).toEqual([])
  void server.check(null)
  expect(workers).toHaveLength(8)
  worker().emit('exit', 1)
  expect(timers).toHaveLength(1)
})

test('a try is answered as unavailable when the server exits, and when none runs', async () => {
  const { server, worker } = setUp()
  expect(await server.tryAccount(ACCOUNT, () => undefined)).toEqual({ kind: 'unavailable' })
  server.start(NOTHING)
  const steps: string[] = []
  const works = server.tryAccount(ACCOUNT, (step) => void steps.push(step))
  const rejected = server.tryAccount(ACCOUNT, () => undefined)
  const lost = server.tryAccount(ACCOUNT, () => undefined)
  await until(() => worker().received.length === 4)
  for (const step of ['find', 'connect'] as const) worker().emit('message', { type: 'try-step', id: 0, step })
  worker().emit('message', { type: 'tried', id: 1, error: { step: 'sign-in', code: 'auth', message: 'no' } })
  worker().emit('message', { type: 'tried', id: 0, error: null })
  worker().emit('exit', 9)
  expect(await works).toEqual({ kind: 'works' })
  expect(steps).toEqual(['find', 'connect'])
  expect(await rejected).toEqual({ kind: 'rejected', step: 'sign-in', code: 'auth', message: 'no' })
  expect(await lost).toEqual({ kind: 'unavailable' })
})

test('a search for a mailbox is answered by its id, and with null when the server exits', async () => {
  const { server, worker } = setUp()
  expect(await server.findMailbox('kim@example.org')).toBeNull()
  server.start(NOTHING)
  const found = server.findMailbox('kim@example.org')
  const lost = server.findMailbox('lee@example.org')
  expect(worker().received.slice(1)).toEqual([
    { type: 'find-mailbox', id: 0, address: 'kim@example.org' },
    { type: 'find-mailbox', id: 1, address: 'lee@example.org' },
  ])
  const discovery = { address: 'kim@example.org', candidates: [], provider: null }
  worker().emit('message', { type: 'found', id: 0, discovery })
  worker().emit('exit', 9)
  expect([await found, await lost]).toEqual([discovery, null])
})

test('the accounts of mail programs are read by the server, and are unknown while none runs', async () => {
  const { server, worker } = setUp()
  expect(await server.readKnownAccounts()).toBeNull()
  server.start(NOTHING)
  const read = server.readKnownAccounts()
  const lost = server.readKnownAccounts()
  expect(worker().received.at(-1)).toEqual({ type: 'read-known-accounts', id: 1 })
  worker().emit('message', { type: 'known-accounts', id: 0, accounts: [] })
  worker().emit('exit', 9)
  expect([await read, await lost]).toEqual([[], null])
})

test('a check is answered by its id once the sources have counted, and when the server exits', async () => {
  const { server, worker } = setUp()
  server.start(NOTHING)
  let answered = 0
  const checks = [server.check(null), server.check('a@example.org')].map((check) => check.then(() => (answered += 1)))
  expect(worker().received.slice(1)).toEqual([
    { type: 'check', id: 0, account: null },
    { type: 'check', id: 1, account: 'a@example.org' },
  ])
  worker().emit('message', { type: 'checked', id: 1 })
  await checks[1]
  expect(answered).toBe(1)
  worker().emit('exit', 9)
  await checks[0]
})

test('closing stops the server, and does not restart it', async () => {
  const { server, worker, workers, timers } = setUp()
  server.start(NOTHING)
  const closed = server.close()
  expect(worker().received.at(-1)).toEqual({ type: 'shutdown' })
  worker().emit('exit', 0)
  await closed
  void server.check(null)
  expect(worker().killed).toBe(false)
  expect(workers).toHaveLength(1)
  expect(timers).toEqual([])
})

test('a sign-in is opened and can be cancelled, and tokens are confirmed once they are stored', async () => {
  const { server, worker, opened } = setUp()
  server.start(NOTHING)
  const tried = server.tryAccount(ACCOUNT, () => undefined)
  await until(() => worker().received.length === 2)
  worker().emit('message', { type: 'open-sign-in', id: 0, url: 'https://provider.example/' })
  worker().emit('message', { type: 'open-sign-in', id: 7, url: 'https://unknown-try.example/' })
  expect(opened).toEqual(['https://provider.example/'])
  const given = { account: 'a', clientId: 'mine', tokens: 'x' }
  worker().emit('message', { type: 'store-tokens', request: 0, given })
  worker().emit('message', { type: 'store-tokens', request: 1, given: { ...given, account: 'lost' } })
  server.cancelSignIn()
  await expect
    .poll(() => worker().received)
    .toEqual(
      expect.arrayContaining([
        { type: 'tokens-stored', request: 0, stored: true },
        { type: 'tokens-stored', request: 1, stored: false },
        { type: 'cancel', id: 0 },
      ]),
    )
  worker().emit('message', { type: 'tried', id: 0, error: { code: 'auth', message: 'The sign-in was cancelled.' } })
  expect(await tried).toEqual({ kind: 'rejected', code: 'auth', message: 'The sign-in was cancelled.' })
})

test('proxies are sent when they change, and before the start of the next run', async () => {
  let list = 'DIRECT'
  const { server, worker, passTimer } = setUp(async () => list)
  server.start({ accounts: [ACCOUNT], demo: false })
  await setImmediate()
  expect(worker().received.slice(1)).toEqual([])
  list = 'PROXY proxy:3128'
  server.setSources({ accounts: [ACCOUNT], demo: false })
  await setImmediate()
  server.setSources({ accounts: [ACCOUNT], demo: false })
  await setImmediate()
  expect(worker().received.map(({ type }) => type)).toEqual(['start', 'set-sources', 'proxies', 'set-sources'])
  expect(worker().received[2]).toEqual({ type: 'proxies', proxies: { 'h:993': 'http://proxy:3128' } })
  worker().emit('exit', 1)
  passTimer()
  expect(worker().received.map(({ type }) => type)).toEqual(['proxies', 'start'])
})

test('the proxy to a mail server is known before its account is tried', async () => {
  const { server, worker } = setUp(async () => 'SOCKS5 proxy:1080')
  server.start(NOTHING)
  void server.tryAccount(ACCOUNT, () => undefined)
  await until(() => worker().received.length === 3)
  expect(worker().received.slice(1)).toEqual([
    { type: 'proxies', proxies: { 'h:993': 'socks5://proxy:1080' } },
    { type: 'try-account', id: 0, account: ACCOUNT },
  ])
})

test('if the proxies cannot be read, the account is tried directly', async () => {
  const { server, worker, log } = setUp(async () => Promise.reject(new Error('no')))
  server.start(NOTHING)
  void server.tryAccount(ACCOUNT, () => undefined)
  await until(() => worker().received.length === 2)
  expect(log.lines).toEqual([expect.stringContaining('cannot be read')])
  expect(worker().received.at(-1)).toEqual({ type: 'try-account', id: 0, account: ACCOUNT })
})

test('a sleep and its end are passed on; the first probe starts a server that is down', () => {
  const { server, worker, workers, passTimer } = setUp()
  server.start(NOTHING)
  server.suspend()
  server.probe(true)
  expect(worker().received.slice(1)).toEqual([{ type: 'suspend' }, { type: 'probe', isFirst: true }])
  for (let i = 0; i < 10; i++) {
    worker().emit('exit', 1)
    passTimer()
  }
  const before = workers.length
  server.probe(false)
  expect(workers).toHaveLength(before)
  server.probe(true)
  expect(workers).toHaveLength(before + 1)
})

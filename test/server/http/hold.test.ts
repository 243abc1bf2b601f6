import { randomBytes } from 'node:crypto'
import { Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { schedule } from '../../../server/platform/clock.ts'
import { createPushedAccounts, DEFAULT_PUSH_CAPS } from '../../../server/board/pushed.ts'
import { DEFAULT_CAPS } from '../../../server/board/parking.ts'
import { type Board, type BoardReader, createBoard } from '../../../server/board/board.ts'
import { packAccount } from '../../../server/board/redis/account.ts'
import { createReplica } from '../../../server/board/redis/replica.ts'
import { contentOf, raise } from '../board/redis/content-of.ts'
import { createParking, type Parking } from '../../../server/board/parking.ts'
import { createHttp, type Http } from '../../../server/http/app.ts'
import { DEFAULT_TIMES } from '../../../server/http/listener.ts'
import { createLog } from '../../../server/platform/log.ts'
import { createCollector } from '../../../server/collector/collector.ts'
import { createLocalBackend } from '../../../server/board/local.ts'
import type { Schedule } from '../../../common/async/clock.ts'
import { createMetrics } from '../../../server/http/metrics.ts'
import { createCodes, createCodeStore } from '../../../server/auth/codes.ts'
import { createTokens, sha256Of } from '../../../server/auth/tokens.ts'
import { send } from '../../helpers/server.ts'
import { until } from '../../helpers/until.ts'

// The HTTP side with a simulated clock; board and parking are connected only where a test does so.
let nowMs: number
let timer: { readonly atMs: number; readonly callback: () => void } | null
let board: Board
let parking: Parking
let http: Http
let port: number

beforeEach(async () => {
  nowMs = 500_000
  timer = null
  board = createBoard('life', () => nowMs)
  const scheduleOne: Schedule = (callback, ms) => {
    const mine = { atMs: nowMs + ms, callback }
    timer = mine
    return () => void (timer = timer === mine ? null : timer)
  }
  parking = createParking(DEFAULT_CAPS, { now: () => nowMs, schedule: scheduleOne }, setImmediate)
  http = await httpOn(board)
  port = await http.listen()
  http.open()
  board.apply([{ id: 'kim', counts: { unread: 7 } }])
})
afterEach(() => http.close())

async function httpOn(shown: BoardReader): Promise<Http> {
  const log = createLog('silent', new Writable())
  const collector = createCollector({ board, log, now: () => nowMs, random: () => 0.5, schedule, defer: setImmediate })
  const backend = createLocalBackend(board, collector, null, [], { now: () => nowMs, schedule }, raise)
  return createHttp({
    defer: setImmediate,
    maxConnections: 100,
    config: {
      host: '127.0.0.1',
      port: 0,
      allowedHosts: [],
      allowedOrigins: [],
      trustedProxies: [],
      allowInsecure: false,
      maxHoldSeconds: 40,
      drainMs: 0,
      caps: DEFAULT_CAPS,
      pushCaps: DEFAULT_PUSH_CAPS,
      legacy: true,
      fastPath: true,
      pageDir: null,
    },
    times: DEFAULT_TIMES,
    log,
    backend: { ...backend, board: shown },
    pushed: createPushedAccounts(backend, DEFAULT_PUSH_CAPS),
    history: { read: () => expect.fail('no test reads it') },
    isReady: collector.isReady,
    parking,
    metrics: createMetrics({
      accounts: board,
      parkedPolls: parking,
      collector: { sources: () => [], longestTurnsMs: () => new Map() },
      isFresh: undefined,
    }),
    codes: createCodes(
      createCodeStore(() => nowMs),
      randomBytes,
    ),
    tokens: createTokens([{ name: 'reader', sha256: sha256Of('reader'), scopes: ['read'], accounts: '*' }]),
    info: () => ({ name: 'mailbell', version: '1', demo: false }),
    demoAccounts: () => [],
    manage: null,
    check: async () => undefined,
    isLegacyOn: () => true,
    changeDemo: () => 'off',
    now: () => nowMs,
    random: () => 0.5,
    schedule,
  })
}

function pass(ms: number): void {
  nowMs += ms
  while (timer && timer.atMs <= nowMs) {
    const { callback } = timer
    timer = null
    callback()
  }
}

describe('a parked request', () => {
  it('of the original’s protocol gets an empty response after 60 s', async () => {
    const held = send(port, 'GET', '/get.php?userID=kim&mailCount=7', { token: null })
    await until(() => parking.size === 1)
    pass(59_999)
    expect(parking.size).toBe(1)
    pass(1)
    const { status, text, headers } = await held
    expect([status, text, headers['content-length']]).toEqual([200, '', '0'])
  })

  it('is held for the wait, bounded by the server’s maximum, less the jitter', async () => {
    const held = send(port, 'GET', '/v1/accounts', { headers: { 'if-none-match': `"${board.tag('*')}"`, prefer: 'wait=1000' } })
    await until(() => parking.size === 1)
    // The maximum of 40 s, minus half of a sixteenth, rounded down to a second.
    pass(37_999)
    expect(parking.size).toBe(1)
    pass(1)
    const { status, headers } = await held
    expect([status, headers['preference-applied']]).toEqual([304, 'wait=40'])
  })

  it('never gets a wrong "nothing changed": the board is read again after the hold', async () => {
    const held = send(port, 'GET', '/v1/accounts/kim', { headers: { 'if-none-match': `"${board.tag(['kim'])}"`, prefer: 'wait=30' } })
    await until(() => parking.size === 1)
    // The parking is not notified of this change.
    board.apply([{ id: 'kim', counts: { unread: 8 } }])
    pass(30_000)
    const { status, json, headers } = await held
    expect([status, json()['unread'], headers.etag]).toEqual([200, 8, `"${board.tag(['kim'])}"`])
  })

  it('on an account that is removed meanwhile gets 404', async () => {
    const held = send(port, 'GET', '/v1/accounts/kim', { headers: { 'if-none-match': `"${board.tag(['kim'])}"`, prefer: 'wait=30' } })
    await until(() => parking.size === 1)
    parking.releaseChanged(board.remove(['kim']))
    expect((await held).status).toBe(404)
  })
})

describe('a poll whose answer cannot be written', () => {
  it('is answered 500, and those that are released with it get theirs', async () => {
    const unwritable = { unread: 1, latest: 5 as unknown as [] }
    const all = send(port, 'GET', '/v1/accounts', { headers: { 'if-none-match': `"${board.tag('*')}"`, prefer: 'wait=30' } })
    await until(() => parking.size === 1)
    const one = send(port, 'GET', '/v1/accounts/kim', { headers: { 'if-none-match': `"${board.tag(['kim'])}"`, prefer: 'wait=30' } })
    await until(() => parking.size === 2)
    parking.releaseChanged(
      board.apply([
        { id: 'kim', counts: { unread: 8 } },
        { id: 'lee', counts: unwritable },
      ]),
    )
    expect([(await all).status, (await one).status, parking.size]).toEqual([500, 200, 0])
    expect((await send(port, 'GET', '/v1/accounts')).status).toBe(500)
    expect((await send(port, 'GET', '/v1/accounts/lee')).status).toBe(500)
  })
})

describe('an offline node of a shared board', () => {
  it('holds a poll whose tag another node may still consider current, and answers after 10 s', async () => {
    const replica = createReplica('own', (callback) => callback(), raise)
    const kim = packAccount('kim', 3, '', { checkedAtMs: 1 }, JSON.stringify({ unread: 7, status: 'ok' }))
    replica.resync(contentOf({ epoch: 'e~1~x', rev: 3, removedAtRev: 0, accounts: [kim] }))
    replica.disconnect()
    const offline = await httpOn(replica)
    const offlinePort = await offline.listen()
    offline.open()
    const poll = (tag: string) => send(offlinePort, 'GET', '/v1/accounts/kim', { headers: { 'if-none-match': tag, prefer: 'wait=30' } })
    const polled = poll('"e~1~x.3"')
    await until(() => parking.size === 1)
    pass(10_000)
    const answer = await polled
    expect([answer.status, answer.json()['status']]).toEqual([200, 'stale'])
    const held = poll(String(answer.headers.etag))
    await until(() => parking.size === 1)
    pass(30_000)
    expect((await held).status).toBe(304)
    await offline.close()
  })
})

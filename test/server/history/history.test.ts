import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Board, createBoard, type Update } from '../../../server/board/board.ts'
import { packAccount } from '../../../server/board/redis/account.ts'
import { createReplica } from '../../../server/board/redis/replica.ts'
import { createHistoryFile } from '../../../server/history/file.ts'
import { createHistory, type HistoryDeps, type HistoryLog } from '../../../server/history/history.ts'
import { createLog } from '../../../server/platform/log.ts'
import { contentOf, raise } from '../board/redis/content-of.ts'
import { temporaryFolder } from '../../helpers/tmp.ts'

const MINUTE = 60_000
const START = Date.parse('2026-01-01T09:00:00.000Z')

let nowMs: number
let timer: { readonly atMs: number; readonly callback: () => void } | null
let deferred: (() => void)[]
let isFresh: boolean
let board: Board
let history: HistoryLog
let file: ReturnType<typeof createHistoryFile>

const newFile = (path: string | null = null) => createHistoryFile({ path, log: createLog('silent', new Writable()) })

beforeEach(() => {
  nowMs = START
  timer = null
  deferred = []
  isFresh = true
  board = createBoard('life', () => nowMs)
  file = newFile()
  history = create()
})
afterEach(() => close())

function create(more: Partial<HistoryDeps> = {}): HistoryLog {
  return createHistory({
    board,
    isFresh: () => isFresh,
    file,
    maxBytes: 1e9,
    schedule(callback, ms) {
      const mine = { atMs: nowMs + ms, callback }
      timer = mine
      return () => void (timer = timer === mine ? null : timer)
    },
    defer: (callback) => void deferred.push(callback),
    wallClock: () => nowMs,
    arrivalOf: () => null,
    ...more,
  })
}

async function finishTurns(): Promise<number> {
  let turns = 0
  for (let next = deferred.shift(); next; next = deferred.shift()) {
    next()
    turns += 1
    await Promise.resolve()
  }
  return turns
}

async function close(): Promise<number> {
  const closed = history.close()
  const turns = await finishTurns()
  await closed
  return turns
}

/** Lets time pass, and finishes each write. */
async function pass(minutes: number): Promise<void> {
  const untilMs = nowMs + minutes * MINUTE
  while (timer && timer.atMs <= untilMs) {
    const { atMs, callback } = timer
    nowMs = atMs
    timer = null
    callback()
    await finishTurns()
  }
  nowMs = untilMs
}

const setUnread = (id: string, unread: number): void => void board.apply([{ id, counts: { unread } }])
const dayOf = async (...ids: string[]) => (await history.read(ids.length > 0 ? ids : '*')).day

describe('the history', () => {
  test('has the number at the end of each minute, and the present one', async () => {
    setUnread('kim', 3)
    await pass(2)
    setUnread('kim', 4)
    setUnread('kim', 5)
    await pass(1)
    setUnread('kim', 6)
    expect(await dayOf('kim')).toEqual({ startsAt: '2026-01-01T09:00:00.000Z', stepSeconds: 60, unread: [3, 3, 5, 6] })
  })

  test('adds accounts, and all of them for everything', async () => {
    setUnread('kim', 3)
    setUnread('lee', 10)
    await pass(1)
    setUnread('park', 100)
    await pass(1)
    expect([(await dayOf('kim', 'lee')).unread, (await dayOf()).unread]).toEqual([
      [13, 13, 13],
      [13, 113, 113],
    ])
  })

  test('does nothing while nothing changes', async () => {
    setUnread('kim', 3)
    await pass(1)
    expect(timer).toBeNull()
    setUnread('kim', 3)
    expect(timer).toBeNull()
    await pass(600)
    expect((await dayOf('kim')).unread).toEqual(Array(602).fill(3))
    expect((await history.read(['kim'])).month).toEqual({
      startsAt: '2026-01-01T09:00:00.000Z',
      stepSeconds: 3_600,
      unread: Array(11).fill(3),
    })
  })

  test('has a gap where a number is not known, and a part of a number is one', async () => {
    setUnread('kim', 3)
    await pass(1)
    board.apply([{ id: 'kim', status: 'stale', error: { code: 'network', message: 'away' } }])
    await pass(1)
    board.apply([{ id: 'kim', counts: { unread: 2, notices: ['a folder is missing'] }, status: 'stale' }])
    await pass(1)
    board.apply([{ id: 'lee', status: 'pending' }])
    await pass(1)
    expect((await dayOf('kim')).unread).toEqual([3, null, 2, 2, 2])
    expect((await dayOf('lee')).unread).toEqual([null])
    expect((await dayOf()).unread).toEqual([3, null, 2, 2, 2])
  })

  test('has a gap while the server was off, and goes on with what it stored', async () => {
    const folder = await temporaryFolder()
    const restart = async (epoch: string, ...updates: Update[]): Promise<void> => {
      await close()
      board = createBoard(epoch, () => nowMs)
      board.apply(updates)
      file = newFile(join(folder.path, 'history.sqlite'))
      history = create()
    }
    await restart('life', { id: 'kim', counts: { unread: 3 } })
    await pass(2)
    setUnread('kim', 4)
    await close()
    nowMs += 5 * MINUTE
    await restart('next life', { id: 'kim', counts: { unread: 4 }, status: 'stale', checkedAtMs: START })
    await pass(1)
    expect((await dayOf('kim')).unread).toEqual([3, 3, 4, null, null, null, null, null, null])
    setUnread('kim', 4)
    await pass(1)
    expect((await dayOf('kim')).unread).toEqual([3, 3, 4, null, null, null, null, null, 4, 4])
    await folder.remove()
  })

  test('has a gap while the machine sleeps', async () => {
    setUnread('kim', 3)
    await pass(1)
    history.pause()
    nowMs += 10 * MINUTE
    history.resume()
    await pass(1)
    expect((await dayOf('kim')).unread).toEqual([3, 3, ...Array(9).fill(null), 3, 3])
  })

  test('has a gap while a shared board does not answer', async () => {
    setUnread('kim', 3)
    await pass(1)
    isFresh = false
    setUnread('kim', 9)
    await pass(3)
    isFresh = true
    setUnread('kim', 3)
    await pass(1)
    const { unread } = await dayOf('kim')
    expect(unread).toContain(null)
    expect(unread).not.toContain(9)
    expect(unread.at(-1)).toBe(3)
  })

  test('forgets an account that was removed', async () => {
    setUnread('kim', 3)
    setUnread('lee', 1)
    await pass(1)
    board.remove(['kim'])
    await pass(1)
    setUnread('kim', 7)
    expect((await dayOf('kim')).unread).toEqual([7])
    expect((await dayOf('lee')).unread).toEqual([1, 1, 1])
  })

  test('has no sum of a part if the board goes offline between two slices', async () => {
    board.apply(Array.from({ length: 1_200 }, (_, i) => ({ id: `user${i}`, counts: { unread: 1 } })))
    await pass(1)
    setUnread('user0', 2)
    nowMs = timer?.atMs ?? 0
    timer?.callback()
    isFresh = false
    board.apply(Array.from({ length: 1_200 }, (_, i) => ({ id: `user${i}`, status: 'stale', error: { code: 'network', message: 'away' } })))
    await finishTurns()
    isFresh = true
    board.apply(Array.from({ length: 1_200 }, (_, i) => ({ id: `user${i}`, counts: { unread: 1 } })))
    await pass(2)
    const { unread } = await dayOf()
    expect(new Set(unread)).toEqual(new Set([1_200, null]))
  })

  test('writes thousands of accounts in slices', async () => {
    board.apply(Array.from({ length: 2_200 }, (_, i) => ({ id: `user${i}`, counts: { unread: 1 } })))
    let writes = 0
    await close()
    file = newFile()
    const write = file.write
    file = {
      ...file,
      write: (minute, numbers, start) => (void writes++, expect(numbers.length).toBeLessThanOrEqual(501), write(minute, numbers, start)),
    }
    history = create()
    await pass(1)
    expect(writes).toBe(5)
    setUnread('user7', 2)
    await pass(1)
    // The slice with the change, and the sum.
    expect(writes).toBe(7)
    expect((await dayOf()).unread).toEqual([2_200, 2_201, 2_201])
  })

  test('forgets an account that was removed from a shared board together with the addition of another', async () => {
    const replica = createReplica('own', (callback) => callback(), raise)
    await close()
    file = newFile()
    history = create({ board: replica })
    const resync = (rev: number, unreads: Readonly<Record<string, number>>): void => {
      const accounts = Object.entries(unreads).map(([id, unread]) =>
        packAccount(id, rev, '', { checkedAtMs: nowMs }, JSON.stringify({ unread, status: 'ok' })),
      )
      replica.resync(contentOf({ epoch: 'e~1~x', rev, removedAtRev: rev, accounts }))
    }
    resync(1, { kim: 3 })
    await pass(1)
    resync(2, { lee: 1 })
    await pass(1)
    resync(3, { lee: 1, kim: 7 })
    expect((await dayOf('kim')).unread).toEqual([7])
  })

  describe('while it closes', () => {
    let folder: Awaited<ReturnType<typeof temporaryFolder>>
    beforeEach(async () => {
      folder = await temporaryFolder()
      await close()
      file = newFile(join(folder.path, 'history.sqlite'))
      history = create()
      setAll(1)
      await pass(1)
      setAll(2)
    })
    afterEach(() => folder.remove())

    const setAll = (unread: number): void =>
      void board.apply(Array.from({ length: 2_200 }, (_, i) => ({ id: `user${i}`, counts: { unread } })))
    function restart(): void {
      board = createBoard('next life', () => nowMs)
      file = newFile(join(folder.path, 'history.sqlite'))
      history = create()
      setAll(2)
    }

    test('writes everything in slices, with other work in between', async () => {
      expect(await close()).toBe(4)
      restart()
      expect((await dayOf('user2199')).unread).toEqual([1, 2])
    })

    test('ends within its limit; what is missing then is a gap, and is written after the next start', async () => {
      const closed = history.close()
      await pass(1)
      await closed
      nowMs += 2 * MINUTE
      restart()
      await pass(1)
      for (const id of ['user0', 'user2199']) expect((await dayOf(id)).unread).toEqual([1, null, null, null, 2, 2])
    })
  })

  test('drops the oldest beyond its size, and pauses rather than grow without bound', async () => {
    await close()
    file = newFile()
    let bytes = 0
    const retentions: number[] = []
    const reduce = file.reduce
    file = {
      ...file,
      bytes: () => bytes,
      reduce: (retention, isThere) => (void retentions.push(retention.coarseMinutes), reduce(retention, isThere)),
    }
    history = create({ maxBytes: 1_000 })
    setUnread('kim', 1)
    await pass(1)
    expect(retentions).toEqual([])
    bytes = 1_500
    for (const unread of [2, 3]) {
      setUnread('kim', unread)
      await pass(1)
    }
    expect(retentions).toEqual([21_600, 10_800])
    bytes = 2_500
    setUnread('kim', 4)
    await pass(2)
    bytes = 100
    await pass(2)
    expect((await dayOf('kim')).unread).toEqual([1, 2, 3, null, null, 4, 4, 4])
  })
})

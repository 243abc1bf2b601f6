import { setImmediate } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import type { BoardBackend } from '../../../server/board/backend.ts'
import { type Board, createBoard } from '../../../server/board/board.ts'
import { createLocalBackend } from '../../../server/board/local.ts'
import { createPushedAccounts, DEFAULT_PUSH_CAPS, type PushedAccounts, sizeOf } from '../../../server/board/pushed.ts'
import type { Source } from '../../../server/sources/source.ts'
import { raise } from './redis/content-of.ts'

const source: Source = { name: 'the database', accounts: [], firstReportMs: 1, silenceMs: 1, run: () => Promise.resolve() }

let nowMs: number
let timer: { atMs: number; callback: () => void } | null
let owned: Set<string>
let board: Board
let backend: BoardBackend
let pushed: PushedAccounts

beforeEach(() => {
  nowMs = 0
  timer = null
  owned = new Set()
  board = createBoard('life', () => 1_000_000 + nowMs)
  const collector = {
    setSources: () => Promise.resolve(),
    ownerOf: (id: string) => (owned.has(id) ? source : undefined),
    act: () => Promise.resolve({ kind: 'unable' as const }),
  }
  const schedule = (callback: () => void, ms: number) => {
    timer = { atMs: nowMs + ms, callback }
    return () => void (timer = null)
  }
  backend = createLocalBackend(board, collector, null, [], { now: () => nowMs, schedule }, raise)
})

async function open(caps: Partial<typeof DEFAULT_PUSH_CAPS> = {}): Promise<void> {
  pushed = createPushedAccounts(backend, { ...DEFAULT_PUSH_CAPS, ...caps })
  await pushed.start()
}

/** A pass over many numbers takes several turns of the event loop. */
async function pass(ms: number): Promise<void> {
  nowMs += ms
  while (timer && timer.atMs <= nowMs) {
    const { callback } = timer
    timer = null
    callback()
    for (let turns = 0; turns < 5; turns++) await setImmediate()
  }
}

const put = (token: string, ids: readonly string[], unread = 1, validFor?: number) =>
  pushed.put(
    token,
    ids.map((id) => ({ id, counts: { unread }, validFor })),
  )
const stateOf = (id: string) => [board.get(id)?.status, board.get(id)?.counts?.unread]

describe('the number of pushed accounts', () => {
  it('is limited per token, and what is known is updated all the same', async () => {
    await open({ accountsPerToken: 2 })
    expect(await put('feeder', ['a', 'b'])).toEqual({ kind: 'done' })
    expect(await put('feeder', ['b', 'c'])).toEqual({ kind: 'full', cap: 'accountsPerToken', max: 2 })
    expect([board.get('b')?.rev, board.get('c')]).toEqual([2, undefined])
    expect(await put('feeder', ['a', 'b'], 7)).toEqual({ kind: 'done' })
    expect(await put('other', ['c', 'd'])).toEqual({ kind: 'done' })
    expect(await put('other', ['a'])).toMatchObject({ cap: 'accountsPerToken' })
  })

  it('is limited in all, with what was there before', async () => {
    board.apply([{ id: 'restored', counts: { unread: 1 } }])
    await open({ accounts: 2 })
    expect(await put('a', ['a'])).toEqual({ kind: 'done' })
    expect(await put('b', ['b'])).toEqual({ kind: 'full', cap: 'accounts', max: 2 })
    expect(await put('b', ['restored'], 2)).toEqual({ kind: 'done' })
  })

  it('counts neither the accounts of a source, nor those that are removed or taken over', async () => {
    owned.add('counted')
    board.apply([{ id: 'counted', counts: { unread: 1 } }])
    await open({ accounts: 1 })
    expect(await put('feeder', ['a'])).toEqual({ kind: 'done' })
    expect(await backend.remove('a')).toEqual({ kind: 'done' })
    expect(await put('feeder', ['b'])).toEqual({ kind: 'done' })
    owned.add('b')
    board.apply([{ id: 'b', counts: { unread: 9 } }])
    expect(await put('feeder', ['c'])).toEqual({ kind: 'done' })
    expect(await put('feeder', ['counted'])).toMatchObject({ kind: 'full' })
  })

  it('counts nothing of what was not written', async () => {
    owned.add('counted')
    await open({ accounts: 1 })
    expect(await put('feeder', ['counted'])).toEqual({ kind: 'conflict', index: 0, source: 'the database' })
    expect(await put('feeder', ['a'])).toEqual({ kind: 'done' })
  })
})

describe('the size of pushed accounts', () => {
  it('is limited per token and in all; smaller counts are always accepted', async () => {
    const size = sizeOf('a', { unread: 1 })
    await open({ bytesPerToken: 2 * size, bytes: 3 * size })
    expect(await put('x', ['a', 'b'])).toEqual({ kind: 'done' })
    expect(await put('x', ['a'], 10)).toEqual({ kind: 'full', cap: 'bytesPerToken', max: 2 * size })
    expect(await put('x', ['a'], 2)).toEqual({ kind: 'done' })
    expect(await put('y', ['c', 'd'])).toEqual({ kind: 'full', cap: 'bytes', max: 3 * size })
    expect(await put('y', ['c'])).toEqual({ kind: 'done' })
  })
})

describe('validFor', () => {
  it('makes the number stale after these seconds, and another push makes it fresh', async () => {
    await open()
    await put('feeder', ['a', 'b'], 5, 60)
    await put('feeder', ['c'])
    await pass(59_000)
    expect(stateOf('a')).toEqual(['ok', 5])
    await put('feeder', ['b'], 5, 60)
    await pass(1_000)
    expect([stateOf('a'), stateOf('b'), stateOf('c')]).toEqual([
      ['stale', 5],
      ['ok', 5],
      ['ok', 1],
    ])
    expect(board.get('a')).toMatchObject({ checkedAtMs: 1_000_000, error: { code: 'network', message: expect.stringContaining('60 s') } })
    await put('feeder', ['a'], 5)
    expect(stateOf('a')).toEqual(['ok', 5])
    await pass(59_000)
    expect(stateOf('b')).toEqual(['stale', 5])
    await pass(10_000_000)
    expect([stateOf('a'), timer]).toEqual([['ok', 5], null])
  })

  it('is checked in slices, and what is reported meanwhile keeps its number fresh for its own time', async () => {
    await open()
    const ids = Array.from({ length: 3_000 }, (_, i) => `user${i}`)
    await put('feeder', ids, 5, 60)
    const slices: number[] = []
    const first = ids[0] ?? ''
    board.subscribe((changed) => {
      slices.push(changed.length)
      if (slices.length > 1) return
      // The last in line, and one that the pass has checked already.
      void put('feeder', ['user2999'], 5, 60)
      void put('feeder', [first], 6, 30)
    })
    await pass(60_000)
    expect([slices.filter((size) => size > 1), stateOf('user2998'), stateOf('user2999')]).toEqual([
      [1_000, 1_000, 999],
      ['stale', 5],
      ['ok', 5],
    ])
    await pass(30_000)
    expect([stateOf(first), stateOf('user2999')]).toEqual([
      ['stale', 6],
      ['ok', 5],
    ])
    await pass(30_000)
    expect(stateOf('user2999')).toEqual(['stale', 5])
  })

  it('ends with the account, and when a source counts it', async () => {
    await open()
    await put('feeder', ['a', 'b'], 5, 10)
    await backend.remove('a')
    owned.add('b')
    await pass(100_000)
    expect([stateOf('a'), stateOf('b')]).toEqual([
      [undefined, undefined],
      ['ok', 5],
    ])
  })
})

import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Board, createBoard } from '../../../server/board/board.ts'
import { createStore, PUSHED, type Store } from '../../../server/board/store.ts'
import { createLog } from '../../../server/platform/log.ts'
import { temporaryFolder, type TemporaryFolder } from '../../helpers/tmp.ts'

const FILE = 'counts.recent.jsonl'
const MAX_BYTES = 256 * 1024

let folder: TemporaryFolder
let board: Board
const opened: Store[] = []

beforeEach(async () => {
  folder = await temporaryFolder()
  board = createBoard('life', () => 1_700_000_000_000)
})
afterEach(async () => {
  for (const store of opened.splice(0)) store.close()
  await folder.remove()
})

function open(openDatabase?: (path: string) => DatabaseSync): Store {
  const store = createStore({
    dataDir: folder.path,
    log: createLog('silent'),
    now: () => 1_700_000_000_000,
    schedule: () => () => undefined,
    defer: () => undefined,
    ...(openDatabase && { open: openDatabase }),
  })
  opened.push(store)
  store.follow(board, (id) => (id.startsWith('source') ? 'the database' : PUSHED))
  return store
}

const pushed = (id: string, unread: number) => ({ id, counts: { unread } })
const linesOf = (): string[] => readFileSync(join(folder.path, FILE), 'utf8').split('\n').slice(0, -1)

/** What is there after the process was killed: nothing was closed. */
function restored(): Record<string, unknown> {
  const counts: Record<string, unknown> = {}
  open().restore(({ id, counts: { unread } }) => (counts[id] = unread) !== null)
  return counts
}

test('a pushed count is a line of a file before it is confirmed, and survives the end of the process', () => {
  open().put([pushed('김', 3), pushed('b', 4)])
  expect(linesOf().map((line) => JSON.parse(line))).toEqual([
    { id: '김', source: '', counts: { unread: 3 }, checkedAtMs: 1_700_000_000_000 },
    { id: 'b', source: '', counts: { unread: 4 }, checkedAtMs: 1_700_000_000_000 },
  ])
  expect(restored()).toEqual({ 김: 3, b: 4 })
  expect(linesOf()).toEqual([])
  expect(restored()).toEqual({ 김: 3, b: 4 })
})

test('the last of several lines of an account counts', () => {
  const store = open()
  for (const unread of [1, 2, 3]) store.put([pushed('a', unread)])
  expect(linesOf()).toHaveLength(3)
  expect(restored()).toEqual({ a: 3 })
})

test('a line that was not written completely is ignored, and so is one that is not valid', () => {
  open().put([pushed('a', 1)])
  appendFileSync(join(folder.path, FILE), 'no JSON\n{"id":"a","source":"","counts":{"unread":-1},"checkedAtMs":1}\n')
  appendFileSync(join(folder.path, FILE), '{"id":"b","source":"","counts":{"unread":2},"checkedAtMs":1}\n{"id":"a","source":"","cou')
  expect(restored()).toEqual({ a: 1, b: 2 })
})

test('nothing older comes back after another write of the account', () => {
  const store = open()
  store.put([pushed('a', 1), pushed('source', 1), pushed('b', 1)])
  expect(store.remove('a')).toBe(true)
  board.apply([pushed('source', 2)])
  store.close()
  expect(restored()).toEqual({ b: 1, source: 2 })
})

test('the file is bounded, also by one large push', () => {
  const store = open()
  for (let round = 0; round < 5; round++) {
    expect(store.put(Array.from({ length: 1_000 }, (_, i) => pushed(`${'x'.repeat(50)}${i}`, round)))).not.toBeNull()
    expect(statSync(join(folder.path, FILE)).size).toBeLessThanOrEqual(MAX_BYTES)
  }
  expect(store.put(Array.from({ length: 5_000 }, (_, i) => pushed(`${'y'.repeat(50)}${i}`, 7)))).not.toBeNull()
  expect(linesOf()).toEqual([])
  const all = Object.values(restored())
  expect([all.length, all.filter((unread) => unread === 4).length, all.filter((unread) => unread === 7).length]).toEqual([
    6_000, 1_000, 5_000,
  ])
})

test('a push that exceeds the bound while the disk is full is not confirmed, and what was stays', () => {
  let pages = 10
  const store = open((path) => {
    const database = new DatabaseSync(path)
    database.exec(`PRAGMA max_page_count = ${pages}`)
    return database
  })
  const many = (unread: number) => Array.from({ length: 2_500 }, (_, i) => pushed(`user-${i}@example.org`, unread))
  expect(store.put(many(1))).not.toBeNull()
  expect(store.put(many(2))).toBeNull()
  // A line still has room.
  expect(store.put([pushed('a', 1)])).not.toBeNull()
  pages = 100_000
  expect(store.put([pushed('a', 1)])).not.toBeNull()
  expect(Object.values(restored()).every((unread) => unread === 1)).toBe(true)
  expect(Object.keys(restored())).toHaveLength(2_501)
})

test('after a restart on a full disk, what was pushed is there, and so is what is pushed then', () => {
  const full = (path: string): DatabaseSync => {
    const database = new DatabaseSync(path)
    database.exec('PRAGMA max_page_count = 10')
    return database
  }
  open().put(Array.from({ length: 2_000 }, (_, i) => pushed(`user-${i}@example.org`, i)))
  appendFileSync(join(folder.path, FILE), '{"id":"half')
  const store = open(full)
  const counts: unknown[] = []
  store.restore(({ counts: { unread } }) => counts.push(unread) > 0)
  expect(counts).toEqual(Array.from({ length: 2_000 }, (_, i) => i))
  expect(store.put([pushed('user-7@example.org', 8), pushed('new', 9)])).not.toBeNull()
  expect(restored()).toMatchObject({ 'user-6@example.org': 6, 'user-7@example.org': 8, new: 9 })
  expect(Object.keys(restored())).toHaveLength(2_001)
})

test.skipIf(process.platform === 'win32')('other users cannot read the file', () => {
  open().put([pushed('a', 1)])
  expect(statSync(join(folder.path, FILE)).mode & 0o777).toBe(0o600)
})

test('lines outlive a broken database', () => {
  const store = open()
  store.put([pushed('a', 1)])
  const line = linesOf().join('\n')
  store.close()
  writeFileSync(join(folder.path, FILE), `${line}\n`)
  writeFileSync(join(folder.path, 'counts.sqlite'), 'this is not a database, by no means '.repeat(100))
  expect(restored()).toEqual({ a: 1 })
})

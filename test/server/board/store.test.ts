import fs, { chmodSync, closeSync, mkdirSync, openSync, readdirSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { type Board, createBoard } from '../../../server/board/board.ts'
import type { StoredAccount } from '../../../server/board/store-file.ts'
import { createLocalBackend } from '../../../server/board/local.ts'
import { DEFAULT_PUSH_CAPS } from '../../../server/board/pushed.ts'
import { createLog } from '../../../server/platform/log.ts'
import { createStore, PUSHED, type Store } from '../../../server/board/store.ts'
import { temporaryFolder, type TemporaryFolder } from '../../helpers/tmp.ts'
import { raise } from './redis/content-of.ts'

let folder: TemporaryFolder
let dataDir: string
let board: Board
let lines: { level: string; msg: string; [key: string]: unknown }[]
let timers: { ms: number; callback: () => void }[]
const opened: Store[] = []

beforeEach(async () => {
  folder = await temporaryFolder()
  dataDir = join(folder.path, 'data')
  lines = []
  timers = []
  board = createBoard('life', () => 1_700_000_000_000)
})
afterEach(async () => {
  for (const store of opened.splice(0)) store.close()
  await folder.remove()
})

/** A store whose timers are fired by hand. */
function open(options: { openDatabase?: (path: string) => DatabaseSync } = {}): Store {
  const to = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)))
      done()
    },
  })
  const store = createStore({
    dataDir,
    log: createLog('info', to),
    now: () => 1_700_000_000_000,
    schedule(callback, ms) {
      const timer = { ms, callback }
      timers.push(timer)
      return () => void (timers = timers.filter((other) => other !== timer))
    },
    defer: (callback) => void timers.push({ ms: 0, callback }),
    ...(options.openDatabase && { open: options.openDatabase }),
  })
  opened.push(store)
  return store
}

function fireTimers(): void {
  while (timers.length > 0) timers.shift()?.callback()
}

function databaseOf(path: string, maxPages: number): DatabaseSync {
  mkdirSync(dataDir, { recursive: true })
  const database = new DatabaseSync(path)
  database.exec(`PRAGMA max_page_count = ${maxPages}`)
  return database
}

function restored(store: Store): readonly StoredAccount[] {
  const accounts: StoredAccount[] = []
  store.restore((account) => accounts.push(account) > 0)
  return accounts
}

const storedIds = (): string[] =>
  restored(open())
    .map(({ id }) => id)
    .toSorted()

describe('the stored counts', () => {
  it('come back with their source and the time of the count', () => {
    const store = open()
    store.follow(board, (id) => (id === 'pushed' ? PUSHED : 'the database'))
    board.apply([
      { id: 'pushed', counts: { unread: 1 } },
      { id: '__proto__', counts: { unread: 2, total: 5, latest: [{ id: '1', from: '김', subject: '📬' }] }, checkedAtMs: 42 },
      { id: 'pending' },
    ])
    store.close()
    const again = open()
    expect(restored(again)).toEqual([
      {
        id: '__proto__',
        source: 'the database',
        counts: { unread: 2, total: 5, latest: [{ id: '1', from: '김', subject: '📬' }] },
        checkedAtMs: 42,
      },
      { id: 'pushed', source: PUSHED, counts: { unread: 1 }, checkedAtMs: 1_700_000_000_000 },
    ])
    expect([...again.counted()]).toEqual([['__proto__', 'the database']])
  })

  it('are written in slices at the end too, each in a turn of its own', async () => {
    const store = open()
    store.follow(board, () => PUSHED)
    board.apply(Array.from({ length: 250 }, (_, i) => ({ id: `user${i}`, counts: { unread: 1 } })))
    const closed = store.close()
    let turns = 0
    for (; timers.length > 0; await Promise.resolve()) {
      turns += 1
      fireTimers()
    }
    await closed
    expect([turns, storedIds().length]).toEqual([2, 250])
  })

  it('are written together a second after the first change, and only what changed', () => {
    const store = open()
    store.follow(board, () => PUSHED)
    board.apply([{ id: 'a', counts: { unread: 1 } }])
    board.apply([{ id: 'a', counts: { unread: 2 } }])
    board.apply([{ id: 'b', counts: { unread: 1 } }])
    expect(timers.map(({ ms }) => ms)).toEqual([1000])
    fireTimers()
    expect(storedIds()).toEqual(['a', 'b'])
    board.apply([{ id: 'a', status: 'stale' }])
    expect(timers).toEqual([])
  })

  it('omit an account that leaves the board, and one that no source counts any more', () => {
    const store = open()
    store.follow(board, () => 'gone source')
    board.apply(['a', 'b', 'c'].map((id) => ({ id, counts: { unread: 1 } })))
    board.remove(['b'])
    store.close()
    expect(storedIds()).toEqual(['a', 'c'])
    const next = open()
    next.restore(() => false)
    next.follow(createBoard('next', Date.now), () => 'x')
    fireTimers()
    next.close()
    expect(storedIds()).toEqual([])
  })

  it('are written in slices when they are many', () => {
    const store = open()
    store.follow(board, () => PUSHED)
    board.apply(Array.from({ length: 1_200 }, (_, i) => ({ id: `u${i}`, counts: { unread: i } })))
    timers.shift()?.callback()
    expect(timers.map(({ ms }) => ms)).toEqual([0])
    fireTimers()
    expect(storedIds()).toHaveLength(1_200)
  })

  it('are written one slice at a time while further changes come', () => {
    const store = open()
    store.follow(board, () => PUSHED)
    board.apply(Array.from({ length: 1_200 }, (_, i) => ({ id: `u${i}`, counts: { unread: i } })))
    timers.shift()?.callback()
    board.apply([{ id: 'later', counts: { unread: 1 } }])
    expect(timers.map(({ ms }) => ms)).toEqual([0])
    fireTimers()
    expect(storedIds()).toHaveLength(1_201)
  })

  it.skipIf(process.platform === 'win32')('cannot be read by other users', () => {
    const store = open()
    store.follow(board, () => PUSHED)
    board.apply([{ id: 'a', counts: { unread: 1 } }])
    fireTimers()
    expect(statSync(dataDir).mode & 0o777).toBe(0o700)
    for (const name of readdirSync(dataDir)) expect([name, statSync(join(dataDir, name)).mode & 0o777]).toEqual([name, 0o600])
  })
})

describe('pushed counts', () => {
  const pushed = (id: string, unread: number) => ({ id, counts: { unread } })

  it('are in the file when they are confirmed, all or none', () => {
    let pages = 40
    const store = open({ openDatabase: (path) => databaseOf(path, pages) })
    store.follow(board, () => PUSHED)
    expect(store.put([pushed('a', 1), pushed('b', 2)])).toBe(1_700_000_000_000)
    expect(storedIds()).toEqual(['a', 'b'])
    const many = Array.from({ length: 3_000 }, (_, i) => pushed(`user-${i}@${'x'.repeat(100)}`, i))
    expect(store.put([pushed('c', 3), ...many])).toBeNull()
    expect(storedIds()).toEqual(['a', 'b'])
    pages = 100_000
    expect(store.put([pushed('c', 3), ...many])).not.toBeNull()
    expect(storedIds()).toHaveLength(3_003)
  })

  it('are not written again on the board, nor when they say the same', () => {
    let files = 0
    const store = open({ openDatabase: (path) => databaseOf(path, 1000 + files++) })
    store.follow(board, () => PUSHED)
    const one = pushed('a', 1)
    store.put([one])
    board.apply([{ ...one, status: 'ok' }])
    expect(timers).toEqual([])
    store.close()
    expect(store.put([pushed('a', 1)])).not.toBeNull()
    expect(files).toBe(1)
  })

  it('are written again after the file was moved aside, with all others', () => {
    const store = open()
    store.follow(board, () => PUSHED)
    store.put(['a', 'b'].map((id) => pushed(id, 1)))
    board.apply(['a', 'b'].map((id) => pushed(id, 1)))
    store.close()
    writeFileSync(join(dataDir, 'counts.sqlite'), 'this is not a database, by no means '.repeat(100))
    const next = open()
    restored(next)
    next.follow(board, () => PUSHED)
    expect(next.put([pushed('c', 1)])).not.toBeNull()
    expect(storedIds()).toEqual(['c'])
  })
  it('are stored as they came last, where an account comes several times at once', () => {
    const store = open()
    store.follow(board, () => PUSHED)
    store.put([pushed('a', 4)])
    store.put([pushed('a', 5), pushed('a', 4)])
    expect(restored(open())).toMatchObject([{ id: 'a', counts: { unread: 4 } }])
    store.close()
  })
})

describe('a file that is broken', () => {
  it.each([
    ['is no database', (path: string) => writeFileSync(path, 'this is not a database, by no means '.repeat(100))],
    [
      'is damaged',
      (path: string) => {
        const database = new DatabaseSync(path)
        database.exec('CREATE TABLE account (id TEXT); PRAGMA user_version = 1')
        for (let i = 0; i < 500; i++) database.exec(`INSERT INTO account VALUES ('${'x'.repeat(200)}')`)
        database.close()
        const { size } = statSync(path)
        writeFileSync(path, Buffer.alloc(size - 4096, 0xa5), { flag: 'r+', flush: true })
      },
    ],
    [
      'is of a newer version',
      (path: string) => {
        const database = new DatabaseSync(path)
        database.exec('PRAGMA user_version = 99')
        database.close()
      },
    ],
  ])('that %s is moved aside, and a new one begun', (_what, write) => {
    mkdirSync(dataDir)
    write(join(dataDir, 'counts.sqlite'))
    const store = open()
    expect(restored(store)).toEqual([])
    store.follow(board, () => PUSHED)
    board.apply([{ id: 'a', counts: { unread: 1 } }])
    store.close()
    expect(storedIds()).toEqual(['a'])
    expect(readdirSync(dataDir)).toContain('counts.sqlite.broken-1700000000000')
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1)
    expect(lines[0]?.['movedTo']).toContain('broken')
  })

  it.each([
    ['without its table', 'CREATE TABLE other (x)'],
    ['with another table of its name', 'CREATE TABLE account (x)'],
  ])('is replaced by another program’s, %s, once', (_what, tables) => {
    mkdirSync(dataDir)
    const database = new DatabaseSync(join(dataDir, 'counts.sqlite'))
    database.exec(`${tables}; PRAGMA user_version = 1`)
    database.close()
    const store = open()
    expect(restored(store)).toEqual([])
    store.follow(board, () => PUSHED)
    expect(store.put([{ id: 'a', counts: { unread: 1 } }])).not.toBeNull()
    expect(storedIds()).toEqual(['a'])
    expect(readdirSync(dataDir)).toContain('counts.sqlite.broken-1700000000000')
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([['error', expect.stringContaining('was moved aside')]])
  })

  it('is replaced where the damage shows only on a read or write', async () => {
    const first = open()
    first.follow(board, () => PUSHED)
    board.apply(Array.from({ length: 2_000 }, (_, i) => ({ id: `u${i}`, counts: { unread: i } })))
    fireTimers()
    await first.close()
    const path = join(dataDir, 'counts.sqlite')
    const file = openSync(path, 'r+')
    writeSync(file, Buffer.alloc(statSync(path).size - 2 * 4096, 0xa5), 0, undefined, 2 * 4096)
    closeSync(file)
    const store = open()
    expect(restored(store)).toEqual([])
    store.follow(board, () => PUSHED)
    board.apply([{ id: 'u7', counts: { unread: 70 } }])
    store.close()
    expect(storedIds()).toEqual(['u7'])
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1)
  })

  it('loses only the invalid rows', () => {
    const store = open()
    store.follow(board, () => PUSHED)
    board.apply(['a', 'b', 'c'].map((id) => ({ id, counts: { unread: 1 } })))
    store.close()
    const database = new DatabaseSync(join(dataDir, 'counts.sqlite'))
    database.exec(`UPDATE account SET counts = '{"unread":-1}' WHERE id = 'a'; UPDATE account SET counts = 'x' WHERE id = 'b'`)
    database.close()
    expect(storedIds()).toEqual(['c'])
  })
})

describe.skipIf(process.platform === 'win32')('a file that is removed while the server runs', () => {
  const push = (store: Store, id: string, unread: number): void => {
    expect(store.put([{ id, counts: { unread } }])).not.toBeNull()
    board.apply([{ id, counts: { unread } }])
  }

  it.each([
    ['with its folder', () => rmSync(dataDir, { recursive: true })],
    ['alone', () => rmSync(join(dataDir, 'counts.sqlite'))],
    ['that holds what was pushed last', () => rmSync(join(dataDir, 'counts.recent.jsonl'))],
  ])('%s is written again, with all that was confirmed', async (_what, remove) => {
    const store = open()
    restored(store)
    store.follow(board, () => PUSHED)
    push(store, 'a', 1)
    push(store, 'b', 1)
    remove()
    push(store, 'b', 1)
    expect(storedIds()).toContain('b')
    remove()
    push(store, 'c', 1)
    fireTimers()
    expect(storedIds()).toEqual(['a', 'b', 'c'])
    remove()
    await store.close()
    expect(storedIds()).toEqual(['a', 'b', 'c'])
    expect(lines.filter(({ level }) => level === 'error').map(({ msg }) => msg)).toEqual(
      Array.from({ length: 3 }, () => 'the file of known counts was removed while the server runs; it is written again'),
    )
  })
})

it('asks the system once for each of its two files whether it was removed, when counts are pushed', () => {
  const store = open()
  restored(store)
  store.follow(board, () => PUSHED)
  store.put([{ id: 'a', counts: { unread: 1 } }])
  const fstat = vi.spyOn(fs, 'fstatSync')
  syncBuiltinESMExports()
  onTestFinished(() => {
    fstat.mockRestore()
    syncBuiltinESMExports()
  })
  for (const id of ['b', 'c']) store.put([{ id, counts: { unread: 1 } }])
  expect(fstat).toHaveBeenCalledTimes(4)
})

describe('a place that cannot be written', () => {
  it('is logged once, tried again, and logged when it works again', () => {
    // A file where the folder should be.
    writeFileSync(dataDir, '')
    const store = open()
    expect(restored(store)).toEqual([])
    store.follow(board, () => PUSHED)
    for (let unread = 0; unread < 5; unread++) {
      board.apply([{ id: 'a', counts: { unread } }])
      timers.shift()?.callback()
    }
    expect(lines.map(({ level }) => level)).toEqual(['error'])
    expect(timers.map(({ ms }) => ms)).toEqual([30_000])
    rmSync(dataDir)
    fireTimers()
    expect(lines.map(({ level }) => level)).toEqual(['error', 'info'])
    expect(restored(open())[0]?.counts).toEqual({ unread: 4 })
  })

  it('does not affect the rest when the disk is full', () => {
    let pages = 40
    const store = open({ openDatabase: (path) => databaseOf(path, pages) })
    store.follow(board, () => PUSHED)
    board.apply(Array.from({ length: 3_000 }, (_, i) => ({ id: `user-${i}@${'x'.repeat(100)}`, counts: { unread: i } })))
    timers.shift()?.callback()
    while (timers[0]?.ms === 0) timers.shift()?.callback()
    expect(lines.map(({ level }) => level)).toEqual(['error'])
    expect(board.size).toBe(3_000)
    pages = 100_000
    fireTimers()
    expect(lines.map(({ level }) => level)).toEqual(['error', 'info'])
    expect(storedIds()).toHaveLength(3_000)
  })

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('may be a folder that is read-only', () => {
    mkdirSync(dataDir)
    chmodSync(dataDir, 0o500)
    const store = open()
    expect(restored(store)).toEqual([])
    store.follow(board, () => PUSHED)
    board.apply([{ id: 'a', counts: { unread: 1 } }])
    store.close()
    expect(lines.map(({ level }) => level)).toEqual(['error'])
    chmodSync(dataDir, 0o700)
  })

  it('that are not taken, as beyond a lowered limit, are removed from the file', () => {
    const store = open()
    store.follow(board, () => PUSHED)
    board.apply(['a', 'b', 'c'].map((id) => ({ id, counts: { unread: 1 } })))
    store.close()
    const next = createBoard('next life', () => 1_700_000_000_000)
    const collector = {
      setSources: () => Promise.resolve(),
      ownerOf: () => undefined,
      act: () => Promise.resolve({ kind: 'unable' as const }),
    }
    const again = open()
    void createLocalBackend(next, collector, again, [], { now: () => 0, schedule: () => () => undefined }, raise, {
      ...DEFAULT_PUSH_CAPS,
      accounts: 2,
    })
    expect(Array.from(next.entries('*'), ({ id }) => id)).toEqual(['a', 'b'])
    fireTimers()
    again.close()
    expect(storedIds()).toEqual(['a', 'b'])
  })
})

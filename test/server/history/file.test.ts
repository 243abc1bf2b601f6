import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Writable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createHistoryFile, type HistoryFile } from '../../../server/history/file.ts'
import { createLog } from '../../../server/platform/log.ts'
import { temporaryFolder, type TemporaryFolder } from '../../helpers/tmp.ts'

const DAY = 1_440
const MONTH = 30 * DAY
/** An hour begins with it. */
const START = 30_000_000 - (30_000_000 % 60)

let folder: TemporaryFolder
let logged: string
let file: HistoryFile
beforeEach(async () => {
  folder = await temporaryFolder()
  logged = ''
  file = opened()
})
afterEach(async () => {
  file.close()
  await folder.remove()
})

const path = (): string => join(folder.path, 'data', 'history.sqlite')
const opened = (at: string | null = path(), open?: (path: string) => DatabaseSync): HistoryFile =>
  createHistoryFile({
    path: at,
    log: createLog('info', new Writable({ write: (chunk, _encoding, done) => (void (logged += String(chunk)), done()) })),
    ...(open && { open }),
  })
const put = (minute: number, id: string, unread: number | null): boolean => file.write(minute, [{ id, unread }], START)
const changes = (id: string, from = 0, to = START + 10 * MONTH) =>
  file.changes(id, from, to).map(({ minute, unread }) => [minute - START, unread])
const reduce = (minute: number, isThere = (_id: string): boolean => true): void => {
  for (const _ of file.reduce({ minute: START + minute, fineMinutes: DAY, coarseMinutes: MONTH }, isThere));
}

test.each([
  ['in a file', true],
  ['in memory', false],
])('stores changes only, %s', (_name, isFile) => {
  file.close()
  file = opened(isFile ? path() : null)
  for (const [minute, unread] of [
    [0, 3],
    [1, 3],
    [2, 4],
    [3, 4],
    [4, null],
    [5, null],
    [6, 4],
  ] as const)
    expect(put(START + minute, 'kim', unread)).toBe(true)
  expect(changes('kim')).toEqual([
    [0, 3],
    [2, 4],
    [4, null],
    [6, 4],
  ])
  expect(changes('kim', START + 3, START + 4)).toEqual([
    [2, 4],
    [4, null],
  ])
  expect(changes('lee')).toEqual([])
  expect(file.runs(0, START)).toEqual([{ start: START, end: START + 6 }])
  expect(logged).toBe('')
})

test('a second number of a minute replaces the first', () => {
  put(START, 'kim', 3)
  put(START, 'kim', 5)
  expect(changes('kim')).toEqual([[0, 5]])
})

test.skipIf(process.platform === 'win32')('only the owner may read it, and it is there after a restart', () => {
  put(START, 'kim', 3)
  file.close()
  expect(put(START + 1, 'kim', 4)).toBe(false)
  file = opened()
  expect(changes('kim')).toEqual([[0, 3]])
  expect(statSync(path()).mode & 0o777).toBe(0o600)
})

test('changes of more than a day ago are reduced to the last one of each hour', () => {
  for (const minute of [0, 10, 59, 60, 61, 119]) put(START + minute, 'kim', minute)
  reduce(DAY + 60)
  expect(changes('kim')).toEqual([
    [59, 59],
    [60, 60],
    [61, 61],
    [119, 119],
  ])
  reduce(DAY + 119)
  expect(changes('kim')).toHaveLength(4)
  reduce(DAY + 120)
  expect(changes('kim')).toEqual([
    [59, 59],
    [119, 119],
  ])
})

test('of what is older than a month, the last change and no run stays', () => {
  for (const minute of [0, 60, 120, 180]) put(START + minute, 'kim', minute)
  put(START, 'lee', 1)
  reduce(MONTH + 120)
  expect([changes('kim'), changes('lee')]).toEqual([
    [
      [60, 60],
      [120, 120],
      [180, 180],
    ],
    [[0, 1]],
  ])
  reduce(3 * MONTH)
  expect([changes('kim'), changes('lee')]).toEqual([[[180, 180]], [[0, 1]]])
  expect(file.runs(0, START + MONTH)).toEqual([])
})

test('what a clock that was set back has left in the future goes', () => {
  put(START + 500, 'kim', 1)
  put(START + 10, 'kim', 2)
  reduce(20)
  expect(changes('kim')).toEqual([[10, 2]])
})

test('an account that is not there has a gap from then on, and goes after a month', () => {
  for (let i = 0; i < 50; i++) put(START, `user${i}`, i)
  reduce(10, (id) => id !== 'user49')
  expect([changes('user48'), changes('user49')]).toEqual([
    [[0, 48]],
    [
      [0, 49],
      [10, null],
    ],
  ])
  reduce(MONTH + 120, (id) => id !== 'user49')
  expect([changes('user48'), changes('user49')]).toEqual([[[0, 48]], []])
})

test('a removed account goes at once', () => {
  put(START, 'kim', 3)
  put(START, 'lee', 4)
  expect(file.forget(['kim', 'nobody'])).toBe(true)
  expect([changes('kim'), changes('lee')]).toEqual([[], [[0, 4]]])
})

test('a broken file, or one of a newer version, is begun anew', () => {
  put(START, 'kim', 3)
  file.close()
  writeFileSync(path(), 'no database '.repeat(1_000))
  file = opened()
  expect(put(START + 1, 'kim', 4)).toBe(true)
  expect(changes('kim')).toEqual([[1, 4]])
  file.close()
  const newer = new DatabaseSync(path())
  newer.exec('PRAGMA user_version = 99')
  newer.close()
  file = opened()
  expect(changes('kim')).toEqual([])
  expect(logged.match(/is broken; a new one is begun/g)).toHaveLength(2)
})

test('an error is logged once, and costs the history alone', () => {
  writeFileSync(join(folder.path, 'taken'), '')
  file.close()
  file = opened(join(folder.path, 'taken', 'history.sqlite'))
  expect([put(START, 'kim', 3), put(START + 1, 'kim', 4), changes('kim'), file.bytes()]).toEqual([false, false, [], 0])
  expect(logged.match(/the history cannot be stored/g)).toHaveLength(1)
  expect(existsSync(path())).toBe(false)
})

import { describe, expect, test } from 'vitest'
import { createFolderErrors, type FolderError } from '../../../../server/sources/imap/folder-errors.ts'

const FIRST_MS = 10
const MAX_MS = 40
const GONE_MS = 1_000

const refused: FolderError = { kind: 'refused', code: 'protocol', reason: 'the server says “no”' }
const gone: FolderError = { ...refused, kind: 'gone' }
const unanswered: FolderError = { ...refused, kind: 'unanswered' }

function fixture() {
  let nowMs = 0
  const errors = createFolderErrors({ refusedRetry: FIRST_MS, refusedRetryMax: MAX_MS, missingRetry: GONE_MS }, () => nowMs)
  return { errors, pass: (ms: number) => void (nowMs += ms) }
}

describe('a folder that could not be counted', () => {
  test('is due again after growing pauses, and at once after it was counted', () => {
    const { errors, pass } = fixture()
    const pauses = Array.from({ length: 4 }, () => {
      errors.add('Work', refused)
      const pauseMs = errors.nextDueMs()
      expect(errors.isDue('Work')).toBe(false)
      pass(pauseMs)
      expect(errors.isDue('Work')).toBe(true)
      return pauseMs
    })
    expect(pauses).toEqual([FIRST_MS, 2 * FIRST_MS, MAX_MS, MAX_MS])
    errors.add('Work', refused)
    expect([errors.clear('Work'), errors.clear('Work')]).toEqual([true, false])
    expect([errors.isDue('Work'), errors.nextDueMs(), errors.get('Work')]).toEqual([true, Number.POSITIVE_INFINITY, undefined])
  })

  test('is due again much later where it does not exist', () => {
    const { errors } = fixture()
    errors.add('Work', gone)
    expect(errors.nextDueMs()).toBe(GONE_MS)
  })

  test('is new once for each kind of error, and keeps its first reason', () => {
    const { errors } = fixture()
    expect([refused, { ...refused, reason: 'another' }, gone, gone].map((error) => errors.add('Work', error))).toEqual([
      true,
      false,
      true,
      false,
    ])
    errors.add('Lists', refused)
    errors.add('Lists', { ...refused, reason: 'another' })
    expect(errors.get('Lists')?.reason).toBe(refused.reason)
  })

  test('is asked for at once on request, unless it would hold up the others', () => {
    const { errors } = fixture()
    errors.add('Work', refused)
    errors.addUnanswered('Slow', unanswered)
    errors.retryNow()
    expect([errors.isDue('Work'), errors.isDue('Slow')]).toEqual([true, false])
  })

  test('has more time after it was not answered for in time', () => {
    const { errors } = fixture()
    errors.addUnanswered('Slow', unanswered)
    errors.clear('Slow')
    expect([errors.isSlow('Slow'), errors.isSlow('Work')]).toEqual([true, false])
    errors.retain(new Set(['Work']))
    expect(errors.isSlow('Slow')).toBe(false)
  })

  test('is forgotten once it is not chosen any more', () => {
    const { errors } = fixture()
    errors.add('Work', refused)
    errors.retain(new Set())
    expect(errors.get('Work')).toBeUndefined()
  })
})

describe('the folder at which a connection ends', () => {
  test('is the reason the second time', () => {
    const { errors } = fixture()
    expect(['Work', 'Lists', 'Work', 'Work'].map(errors.noteLost)).toEqual([false, false, false, true])
  })

  test('is not the reason if it was counted in between', () => {
    const { errors } = fixture()
    errors.noteLost('Work')
    errors.clear('Work')
    expect(errors.noteLost('Work')).toBe(false)
  })

  test('is the reason at once if it was before', () => {
    const { errors } = fixture()
    errors.addUnanswered('Work', unanswered)
    expect(errors.noteLost('Work')).toBe(true)
  })
})

test('a server is unresponsive after three folders in a row, and asked for one more each time', () => {
  const { errors } = fixture()
  const silence = (folder: string): boolean => {
    errors.addUnanswered(folder, unanswered)
    return errors.isUnresponsive()
  }
  expect(['A', 'B', 'C'].map(silence)).toEqual([false, false, true])
  expect(errors.isUnresponsive()).toBe(false)
  expect(silence('D')).toBe(true)
  errors.noteAnswer()
  expect(silence('A')).toBe(false)
})

import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startDeadline } from '../../../../../server/sources/imap/connection/deadline.ts'
import { NoAnswer } from '../../../../../server/sources/imap/connection/errors.ts'
import type { Connection } from '../../../../../server/sources/imap/connection/open.ts'
import { imapConfig } from '../../../../helpers/imap/imap.ts'

const ANSWER_MS = 30
const TOTAL_MS = 100

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function fixture() {
  const client = new EventEmitter()
  const reasons: unknown[] = []
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const connection = { client, close: (reason: unknown) => void reasons.push(reason) } as unknown as Connection
  const deadline = startDeadline(connection, imapConfig({ port: 143, password: 'secret' }), ANSWER_MS, TOTAL_MS)
  return { deadline, reasons, answer: () => client.emit('response', {}) }
}

test('a server that does not answer one command falls silent', () => {
  const { answer, reasons } = fixture()
  vi.advanceTimersByTime(ANSWER_MS - 1)
  answer()
  vi.advanceTimersByTime(ANSWER_MS - 1)
  expect(reasons).toEqual([])
  vi.advanceTimersByTime(1)
  expect(reasons).toEqual([expect.any(NoAnswer)])
})

test('a server that answers each command in time, and all of them too slowly, does not', () => {
  const { answer, reasons } = fixture()
  for (let passedMs = 0; passedMs < TOTAL_MS; passedMs += ANSWER_MS - 5) {
    answer()
    vi.advanceTimersByTime(ANSWER_MS - 5)
  }
  expect(reasons).toEqual([expect.objectContaining({ code: 'network', message: expect.stringContaining('too slowly') })])
  expect(reasons[0]).not.toBeInstanceOf(NoAnswer)
})

test('a shorter time ends as silence, and none does after the end', () => {
  const { deadline, reasons } = fixture()
  deadline.shorten(10)
  vi.advanceTimersByTime(10)
  expect(reasons).toEqual([expect.any(NoAnswer)])
  const ended = fixture()
  ended.deadline.end()
  ended.answer()
  vi.advanceTimersByTime(TOTAL_MS)
  expect(ended.reasons).toEqual([])
})

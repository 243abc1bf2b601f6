import { expect, test } from 'vitest'
import { createConnectionBudget } from '../../../../../server/sources/imap/connection/budget.ts'
import type { Connection } from '../../../../../server/sources/imap/connection/open.ts'
import { createLearnedQuirks } from '../../../../../server/sources/imap/server-quirks.ts'
import { SourceError } from '../../../../../server/sources/source.ts'

const REST_MS = 1_000

/** Only its end matters here. */
function connection(): Connection {
  const lost = new AbortController()
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const client = {} as Connection['client']
  const toSourceError = (): SourceError => new SourceError('network', 'gone')
  return {
    client,
    lost: lost.signal,
    learned: createLearnedQuirks(),
    lastErrorCode: undefined,
    isLostByPeer: false,
    replyOf: () => '',
    close: () => lost.abort(),
    toSourceError,
  }
}

const refusing = (code: 'rate' | 'auth' | 'network') => (): Promise<Connection> => Promise.reject(new SourceError(code, 'no'))

function fixture(max: number) {
  let nowMs = 0
  const budget = createConnectionBudget(max, REST_MS, () => nowMs)
  return { budget, pass: (ms: number) => void (nowMs += ms), open: () => budget.open(async () => connection()) }
}

test('additional connections are limited, and one that ends makes room', async () => {
  const { budget, open } = fixture(3)
  expect(budget.additional()).toBe(2)
  const first = connection()
  await budget.open(async () => first)
  await open()
  await expect(open()).rejects.toMatchObject({ code: 'rate' })
  first.close(undefined)
  await open()
})

test('a temporary connection has room beside the permanent ones', async () => {
  const { budget, open } = fixture(1)
  await expect(open()).rejects.toMatchObject({ code: 'rate' })
  await budget.openTemporary(async () => connection())
})

test.each(['rate', 'auth'] as const)('a refusal (%s) limits them to the current number for a while', async (code) => {
  const { budget, open, pass } = fixture(4)
  await open()
  await expect(budget.open(refusing(code))).rejects.toMatchObject({ code })
  expect(budget.additional()).toBe(1)
  await expect(open()).rejects.toMatchObject({ code: 'rate' })
  await expect(budget.openTemporary(async () => connection())).rejects.toMatchObject({ code: 'rate' })
  pass(REST_MS)
  expect(budget.additional()).toBe(3)
  await open()
})

test('a network error does not change the limit', async () => {
  const { budget, open } = fixture(3)
  await expect(budget.open(refusing('network'))).rejects.toMatchObject({ code: 'network' })
  expect(budget.additional()).toBe(2)
  await open()
})

test('after the primary connection was rejected there is no other', async () => {
  const { budget, open, pass } = fixture(3)
  budget.primaryRejected()
  await expect(open()).rejects.toMatchObject({ code: 'rate' })
  pass(REST_MS)
  await open()
})

test('they open one after another, so that one refusal is enough', async () => {
  const { budget } = fixture(4)
  let attempts = 0
  const open = (): Promise<Connection> => {
    attempts += 1
    return refusing('rate')()
  }
  const results = await Promise.allSettled([budget.open(open), budget.open(open), budget.openTemporary(open)])
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(attempts).toBe(1)
})

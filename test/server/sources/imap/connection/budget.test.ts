import { expect, test } from 'vitest'
import { createConnectionBudget } from '../../../../../server/sources/imap/connection/budget.ts'
import type { Connection } from '../../../../../server/sources/imap/connection/open.ts'
import { SourceError } from '../../../../../server/sources/source.ts'

const REST_MS = 1_000

/** A connection of which only its end matters here. */
function connection(): Connection & { end(): void } {
  const lost = new AbortController()
  const end = (): void => lost.abort()
  const explain = (): SourceError => new SourceError('network', 'gone')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { client: {} as Connection['client'], lost: lost.signal, refusalCode: undefined, fail: end, explain, end } as Connection & {
    end(): void
  }
}

const refusing = (code: 'rate' | 'auth' | 'network') => (): Promise<Connection> => Promise.reject(new SourceError(code, 'no'))

function fixture(most: number) {
  let nowMs = 0
  const budget = createConnectionBudget(most, REST_MS, () => nowMs)
  return { budget, pass: (ms: number) => void (nowMs += ms), open: () => budget.open(async () => connection()) }
}

test('further connections may stay up to the number in all, and one that ends makes room', async () => {
  const { budget, open } = fixture(3)
  expect(budget.further).toBe(2)
  const first = connection()
  await budget.open(async () => first)
  await open()
  await expect(open()).rejects.toMatchObject({ code: 'rate' })
  first.end()
  await open()
})

test('a brief one has room besides those that stay', async () => {
  const { budget, open } = fixture(1)
  await expect(open()).rejects.toMatchObject({ code: 'rate' })
  await budget.openBriefly(async () => connection())
})

test.each(['rate', 'auth'] as const)('a refusal (%s) leaves as many as there are, for a while', async (code) => {
  const { budget, open, pass } = fixture(4)
  await open()
  await expect(budget.open(refusing(code))).rejects.toMatchObject({ code })
  expect(budget.further).toBe(1)
  await expect(open()).rejects.toMatchObject({ code: 'rate' })
  await expect(budget.openBriefly(async () => connection())).rejects.toMatchObject({ code: 'rate' })
  pass(REST_MS)
  expect(budget.further).toBe(3)
  await open()
})

test('a network fault says nothing of the number', async () => {
  const { budget, open } = fixture(3)
  await expect(budget.open(refusing('network'))).rejects.toMatchObject({ code: 'network' })
  expect(budget.further).toBe(2)
  await open()
})

test('where the first one was refused there is no other', async () => {
  const { budget, open, pass } = fixture(3)
  budget.firstWasRefused()
  await expect(open()).rejects.toMatchObject({ code: 'rate' })
  pass(REST_MS)
  await open()
})

test('they are opened one after another, so that one refusal is enough', async () => {
  const { budget } = fixture(4)
  let asked = 0
  const open = (): Promise<Connection> => {
    asked += 1
    return refusing('rate')()
  }
  const results = await Promise.allSettled([budget.open(open), budget.open(open), budget.openBriefly(open)])
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(asked).toBe(1)
})

import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { createTurnLimit, filterInTurns, forSlicesOf, mapInTurns, newTurn, slicesOf, sortInTurns } from '../../../server/platform/turns.ts'
import { randomFrom } from '../../helpers/random.ts'
import { turnsDuring } from '../../helpers/sources/turns.ts'

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n)

test('slices hold each item once, in order, each in a turn of its own', async () => {
  const slices: (readonly number[])[] = []
  const turns = await turnsDuring(
    (async () => {
      for await (const slice of slicesOf(numbers(10), 4)) slices.push(slice)
    })(),
  )
  expect(slices).toEqual([
    [0, 1, 2, 3],
    [4, 5, 6, 7],
    [8, 9],
  ])
  expect(turns).toBeGreaterThanOrEqual(2)
})

/** How many turns after one in which I/O was handled `work` calls back. */
async function turnsUntil(work: (callback: () => void) => Promise<unknown>): Promise<number> {
  await readFile(import.meta.filename)
  let turns = 0
  let called: number | null = null
  const count = (): void => {
    turns += 1
    if (called === null) setImmediate(count)
  }
  // Runs in this turn still, before the immediates that `work` sets.
  setImmediate(count)
  await work(() => (called ??= turns))
  return Math.max(0, (called ?? Number.NaN) - 1)
}

const longer: readonly (readonly [string, (items: readonly number[], callback: () => void) => Promise<unknown>])[] = [
  ['mapInTurns', mapInTurns],
  ['filterInTurns', (items, callback) => filterInTurns(items, () => (callback(), true))],
  ['sortInTurns', (items, callback) => sortInTurns(items, (a, b) => (callback(), a - b))],
]

test.each(longer)('%s begins with many items in a new turn, and with few at once', async (_, work) => {
  expect(await turnsUntil((callback) => work(numbers(1_001), callback))).toBe(1)
  expect(await turnsUntil((callback) => work(numbers(1_000), callback))).toBe(0)
})

test('a new turn comes after the one in which I/O is handled', async () => {
  const afterNewTurn = async (callback: () => void): Promise<void> => {
    await newTurn()
    callback()
  }
  expect(await turnsUntil(afterNewTurn)).toBe(1)
})

test('an error in one slice is thrown, and keeps no other slice from being handled', () => {
  const deferred: (() => void)[] = []
  const handled: number[] = []
  const work = (slice: readonly number[]): void => {
    handled.push(slice.length)
    if (handled.length < 3) throw new Error(`slice ${handled.length}`)
  }
  const next = (): void => deferred.shift()?.()
  expect(() => forSlicesOf(numbers(2_500), (callback) => void deferred.push(callback), work)).toThrow('slice 1')
  expect(handled).toEqual([1_000])
  expect(next).toThrow('slice 2')
  next()
  expect([handled, deferred]).toEqual([[1_000, 1_000, 500], []])
})

test.each([0, 1, 999, 1_000, 1_001, 5_500])('%i items are mapped, filtered and sorted as in one turn', async (count) => {
  const random = randomFrom(count)
  const items = numbers(count).map((n) => ({ n, key: Math.floor(random() * 50) }))
  const compare = (a: { readonly key: number }, b: { readonly key: number }): number => a.key - b.key
  expect(await mapInTurns(items, ({ n }) => n)).toEqual(numbers(count))
  expect(await filterInTurns(items, ({ key }) => key > 25)).toEqual(items.filter(({ key }) => key > 25))
  // Stable: equal keys keep their order.
  expect(await sortInTurns(items, compare)).toEqual(items.toSorted(compare))
})

test('calls within the limit wait for nothing', async () => {
  const turnLimit = createTurnLimit(3)
  expect([turnLimit(), turnLimit()]).toEqual([null, null])
  expect(turnLimit()).toBeInstanceOf(Promise)
  expect(turnLimit()).toBeNull()
})

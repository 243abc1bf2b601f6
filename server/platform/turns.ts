/** Work in proportion to the size of an input, in turns of the event loop: other work is done in between. */
import { setImmediate } from 'node:timers/promises'
import type { Defer } from '../../common/async/clock.ts'

/** Items in one turn: a millisecond or two where each is compared or checked. */
const ITEMS = 1_000

/** Resolves in a new turn: an immediate that is set where I/O is handled runs in the same turn still. */
export async function newTurn(deferred: () => Promise<unknown> = setImmediate): Promise<void> {
  await deferred()
  await deferred()
}

/** As far as it is known without iterating. */
const countOf = (items: Iterable<unknown>): number =>
  Array.isArray(items) ? items.length : items instanceof Set || items instanceof Map ? items.size : 0

/** The items in slices, each in a turn of its own, also the first one where there are more. */
export async function* slicesOf<T>(
  items: Iterable<T>,
  size = ITEMS,
  deferred: () => Promise<unknown> = setImmediate,
): AsyncGenerator<readonly T[], void> {
  if (countOf(items) > size) await newTurn(deferred)
  let slice: T[] = []
  for (const item of items) {
    if (slice.length === size) {
      yield slice
      slice = []
      await deferred()
    }
    slice.push(item)
  }
  if (slice.length > 0) yield slice
}

/**
 * Calls `work` with the items in slices: at once with the first, and with each other one where `defer` calls back.
 * @throws what `work` throws, there or where `defer` calls back; the other slices follow all the same
 */
export function forSlicesOf<T>(items: Iterable<T>, defer: Defer, work: (slice: readonly T[]) => void): void {
  const iterator = items[Symbol.iterator]()
  const step = (): void => {
    const slice: T[] = []
    let item = iterator.next()
    for (; item.done !== true; item = iterator.next()) if (slice.push(item.value) === ITEMS) break
    try {
      work(slice)
    } finally {
      if (item.done !== true) defer(step)
    }
  }
  step()
}

export async function mapInTurns<T, R>(items: Iterable<T>, map: (item: T) => R): Promise<R[]> {
  const mapped: R[] = []
  for await (const slice of slicesOf(items)) for (const item of slice) mapped.push(map(item))
  return mapped
}

export async function filterInTurns<T>(items: Iterable<T>, matches: (item: T) => boolean): Promise<T[]> {
  const matching: T[] = []
  for await (const slice of slicesOf(items)) for (const item of slice) if (matches(item)) matching.push(item)
  return matching
}

/** Sorted by merging, stable. */
export async function sortInTurns<T>(items: readonly T[], compare: (a: T, b: T) => number): Promise<readonly T[]> {
  let runs: (readonly T[])[] = []
  for await (const slice of slicesOf(items)) runs.push(slice.toSorted(compare))
  while (runs.length > 1) {
    const merged: (readonly T[])[] = []
    for (let at = 0; at < runs.length; at += 2)
      merged.push(await mapInTurns(mergedOf(runs[at] ?? [], runs[at + 1] ?? [], compare), (item) => item))
    runs = merged
  }
  return runs[0] ?? []
}

function* mergedOf<T>(left: readonly T[], right: readonly T[], compare: (a: T, b: T) => number): Generator<T> {
  const others = right[Symbol.iterator]()
  let other = others.next()
  for (const item of left) {
    for (; other.done !== true && compare(other.value, item) < 0; other = others.next()) yield other.value
    yield item
  }
  for (; other.done !== true; other = others.next()) yield other.value
}

/** Returns what gives a promise of an immediate after every `calls` calls, and null otherwise; a call may count as several. */
export function createTurnLimit(calls: number): (count?: number) => Promise<unknown> | null {
  let left = calls
  return (count = 1) => {
    left -= count
    if (left > 0) return null
    left = calls
    return setImmediate()
  }
}

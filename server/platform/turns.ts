/** Work in proportion to the size of an input, in turns of the event loop: other work is done in between. */
import { setImmediate } from 'node:timers/promises'
import type { Defer } from '../../common/async/clock.ts'

/** Items in one turn: a millisecond or two where each is compared or checked. */
const ITEMS = 1_000

/** The items in slices, each in a turn of its own. */
export async function* slicesOf<T>(
  items: Iterable<T>,
  size = ITEMS,
  nextTurn: () => Promise<unknown> = setImmediate,
): AsyncGenerator<readonly T[], void> {
  let slice: T[] = []
  for (const item of items) {
    if (slice.length === size) {
      yield slice
      slice = []
      await nextTurn()
    }
    slice.push(item)
  }
  if (slice.length > 0) yield slice
}

/** Calls `work` with the items in slices: at once with the first, and with each other one in a later turn. */
export function forSlicesOf<T>(items: Iterable<T>, defer: Defer, work: (slice: readonly T[]) => void): void {
  const iterator = items[Symbol.iterator]()
  const step = (): void => {
    const slice: T[] = []
    let item = iterator.next()
    for (; item.done !== true; item = iterator.next()) if (slice.push(item.value) === ITEMS) break
    work(slice)
    if (item.done !== true) defer(step)
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

/** Returns what gives a promise of the next turn after every `calls` calls, and null otherwise. */
export function createTurnLimit(calls: number): () => Promise<unknown> | null {
  let left = calls
  return () => {
    left -= 1
    if (left > 0) return null
    left = calls
    return setImmediate()
  }
}

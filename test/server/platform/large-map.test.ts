import { describe, expect, test } from 'vitest'
import { createLargeMap, hashOf } from '../../../server/platform/large-map.ts'

const ENTRIES = 100_000
const keyOf = (n: number): string => `user${n}@example.org`

function filled() {
  const map = createLargeMap<number>()
  for (let n = 0; n < ENTRIES; n += 1) map.set(keyOf(n), n)
  return map
}

describe('a large map', () => {
  test('has each entry once, as a Map has, whatever is set, replaced and deleted', () => {
    const map = filled()
    const model = new Map(Array.from({ length: ENTRIES }, (_, n) => [keyOf(n), n]))
    const both = (change: (of: typeof map) => unknown): void => void (change(map), change(model))
    for (let n = 0; n < ENTRIES; n += 3) both((of) => of.set(keyOf(n), -n))
    for (let n = 0; n < ENTRIES; n += 7) both((of) => of.delete(keyOf(n)))
    for (let n = 0; n < ENTRIES; n += 14) both((of) => of.set(keyOf(n), 2 * n))
    expect(map.size).toBe(model.size)
    expect(new Map(map)).toEqual(model)
    expect([...map.keys()].toSorted()).toEqual([...model.keys()].toSorted())
    expect([...map.values()].toSorted((a, b) => a - b)).toEqual([...model.values()].toSorted((a, b) => a - b))
    expect([map.get(keyOf(7)), map.has(keyOf(7)), map.get(keyOf(14)), map.get(keyOf(99_999))]).toEqual([undefined, false, 28, -99_999])
  })

  test('says whether an entry was there to delete', () => {
    const map = filled()
    expect([map.delete(keyOf(0)), map.delete(keyOf(0)), map.delete(keyOf(99_998)), map.delete(keyOf(99_998))]).toEqual([
      true,
      false,
      true,
      false,
    ])
    expect(map.size).toBe(ENTRIES - 2)
  })

  test('iterates in the order of insertion', () => {
    const map = filled()
    map.set(keyOf(5), -5)
    map.set(keyOf(50_000), -50_000)
    // Not compared as lists: the difference of two such long ones takes minutes.
    expect([...map.keys()].findIndex((key, n) => key !== keyOf(n))).toBe(-1)
    expect([...map].findIndex(([key], n) => key !== keyOf(n))).toBe(-1)
  })

  test('has room for new entries where others were deleted', () => {
    const map = filled()
    for (let n = 50_000; n < ENTRIES; n += 1) {
      map.delete(keyOf(n))
      map.set(`new${n}`, n)
    }
    expect(map.size).toBe(ENTRIES)
    expect([...map.keys()].slice(49_999, 50_003)).toEqual([keyOf(49_999), 'new50000', 'new50001', 'new50002'])
    expect([map.has(keyOf(50_000)), map.get('new99999')]).toEqual([false, 99_999])
  })

  test('takes what is set while it is read, and ends where it is cleared', () => {
    const map = filled()
    let seen = 0
    for (const key of map.keys()) {
      seen += 1
      if (key === keyOf(60_000)) map.set('late', 1)
    }
    expect(seen).toBe(ENTRIES + 1)
    seen = 0
    for (const key of map.keys()) {
      seen += 1
      if (key === keyOf(60_000)) map.clear()
    }
    expect(seen).toBe(60_001)
  })

  test('can be emptied while it is read', () => {
    const map = filled()
    for (const [key] of map) map.delete(key)
    expect([map.size, [...map]]).toEqual([0, []])
  })

  test('is empty once it is cleared, and can be filled again', () => {
    const map = filled()
    map.clear()
    expect([map.size, [...map], map.has(keyOf(0)), map.has(keyOf(99_999))]).toEqual([0, [], false, false])
    map.set('a', 1)
    expect([...map]).toEqual([['a', 1]])
  })
})

/** Texts of which all have one hash: where two blocks lead from one state to the same, each choice of blocks does. */
function collisions(seed: number, count: number): string[] {
  let texts = ['']
  let state = seed
  while (texts.length < count) {
    const blocks = new Map<number, string>()
    for (let n = 0; ; n += 1) {
      const block = n.toString(36).padStart(4, '0')
      const next = hashOf(block, state)
      const other = blocks.get(next)
      blocks.set(next, block)
      if (other === undefined) continue
      texts = texts.flatMap((text) => [text + other, text + block])
      state = next
      break
    }
  }
  return texts
}

test('texts that are chosen to have one hash have many with another seed', () => {
  const texts = collisions(1, 128)
  const hashes = (seed: number): number => new Set(texts.map((text) => hashOf(text, seed))).size
  expect(hashes(1)).toBe(1)
  for (const seed of [2, 3, -1, 0x811c9dc5 | 0]) expect(hashes(seed)).toBeGreaterThan(120)
})

/**
 * A Map by text for collections that may have more than 100,000 entries. V8 copies all entries of a Map in one piece when it
 * grows: 70 ms for a million. Here, entries beyond the first are in chunks, in the order in which they came, and their index
 * is in parts, which grow one by one. Files that are written in that order are written page after page.
 */
import { randomInt } from 'node:crypto'

/** What it has in common with Map, so that a Map can take its place. */
export interface LargeMap<V extends NonNullable<unknown>> {
  readonly size: number
  get(key: string): V | undefined
  has(key: string): boolean
  set(key: string, value: V): unknown
  delete(key: string): boolean
  clear(): void
  keys(): Iterable<string>
  values(): Iterable<V>
  [Symbol.iterator](): Iterator<[string, V]>
}

export type ReadonlyLargeMap<V extends NonNullable<unknown>> = Pick<LargeMap<V>, 'size' | 'get' | 'has' | 'keys' | 'values'>

/** Most collections never have more. */
const FIRST_ENTRIES = 32_768
const CHUNK_BITS = 12
const CHUNK_ENTRIES = 2 ** CHUNK_BITS
const PART_BITS = 7
const PARTS = 2 ** PART_BITS
const FIRST_SLOTS = 512
/** In the first part; up to 3/4 in the last one. Below, memory is wasted; above, searches become long. */
const MIN_MAX_LOAD = 3 / 8

const NONE = -1

/**
 * Iterates in the order of insertion; beyond 32,768 entries, new ones take the places of those that were deleted. An iteration
 * in progress may miss entries that are set after all others beyond those were deleted.
 */
export function createLargeMap<V extends NonNullable<unknown>>(): LargeMap<V> {
  const first = new Map<string, V>()
  /** Null until the first is full. */
  let rest: ReturnType<typeof createTable<V>> | null = null

  return {
    get size() {
      return first.size + (rest?.size ?? 0)
    },
    get: (key) => first.get(key) ?? rest?.get(key),
    has: (key) => first.has(key) || rest?.get(key) !== undefined,
    set(key, value) {
      if (rest === null && first.size === FIRST_ENTRIES) rest = createTable()
      if (rest === null || first.has(key)) first.set(key, value)
      else rest.set(key, value)
    },
    delete(key) {
      if (first.delete(key)) return true
      if (rest?.delete(key) !== true) return false
      if (rest.size === 0) rest = null
      return true
    },
    clear() {
      first.clear()
      rest?.clear()
      rest = null
    },
    *keys() {
      yield* first.keys()
      if (rest) for (const [key] of rest.entries()) yield key
    },
    *values() {
      yield* first.values()
      if (rest) for (const [, value] of rest.entries()) yield value
    },
    *[Symbol.iterator]() {
      yield* first
      if (rest) yield* rest.entries()
    },
  }
}

interface Chunk<V> {
  /** The key of an entry; where there is none, the number of the next free entry. */
  readonly keys: (string | number)[]
  /** Read before the key, which is elsewhere in memory. */
  readonly hashes: Int32Array
  readonly values: (V | undefined)[]
  size: number
}

/** Numbers of entries plus one by the hash of their keys, with open addressing; 0 where none was, NONE where one was deleted. */
interface Part {
  slots: Int32Array
  /** Slots that are not 0. */
  used: number
  size: number
  /** Of its slots, how many may be used. It differs: parts fill alike, and would otherwise all grow at the same time. */
  readonly maxLoad: number
}

function createTable<V extends NonNullable<unknown>>() {
  const seed = randomInt(2 ** 32) | 0
  const chunks: Chunk<V>[] = []
  const parts = Array.from({ length: PARTS }, (_, n): Part => {
    return { slots: new Int32Array(FIRST_SLOTS), used: 0, size: 0, maxLoad: MIN_MAX_LOAD * 2 ** (n / PARTS) }
  })
  let made = 0
  let free = NONE
  let size = 0

  const chunkOf = (entry: number): Chunk<V> | undefined => chunks[entry >>> CHUNK_BITS]
  const hashAt = (entry: number): number => chunkOf(entry)?.hashes[entry % CHUNK_ENTRIES] ?? 0
  const keyAt = (entry: number): string | number | undefined => chunkOf(entry)?.keys[entry % CHUNK_ENTRIES]
  const partOf = (hash: number): Part | undefined => parts[hash & (PARTS - 1)]

  /** The slot of a key, or of the 0 at which its search ends. */
  function slotOf({ slots }: Part, key: string, hash: number): number {
    let slot = hash >>> PART_BITS
    for (;;) {
      slot &= slots.length - 1
      const number = slots[slot] ?? 0
      if (number === 0 || (number > 0 && hashAt(number - 1) === hash && keyAt(number - 1) === key)) return slot
      slot += 1
    }
  }

  function find(key: string): number {
    const hash = hashOf(key, seed)
    const part = partOf(hash)
    return part ? (part.slots[slotOf(part, key, hash)] ?? 0) - 1 : NONE
  }

  /** To twice the slots, unless those of deleted entries suffice. */
  function grow(part: Part): void {
    const old = part.slots
    part.slots = new Int32Array(2 * part.size > part.maxLoad * old.length ? 2 * old.length : old.length)
    part.used = part.size
    const mask = part.slots.length - 1
    for (const number of old) {
      if (number <= 0) continue
      let slot = (hashAt(number - 1) >>> PART_BITS) & mask
      while (part.slots[slot] !== 0) slot = (slot + 1) & mask
      part.slots[slot] = number
    }
  }

  function put(key: string, hash: number, value: V): number {
    const isNew = free === NONE
    const entry = isNew ? made++ : free
    if (entry >>> CHUNK_BITS === chunks.length) chunks.push({ keys: [], hashes: new Int32Array(CHUNK_ENTRIES), values: [], size: 0 })
    const chunk = chunkOf(entry)
    if (!chunk) throw new Error('An entry of a large map has no chunk.')
    if (!isNew) free = Number(keyAt(entry))
    chunk.keys[entry % CHUNK_ENTRIES] = key
    chunk.hashes[entry % CHUNK_ENTRIES] = hash
    chunk.values[entry % CHUNK_ENTRIES] = value
    chunk.size += 1
    return entry
  }

  return {
    get size() {
      return size
    },
    get(key: string): V | undefined {
      const entry = find(key)
      return entry === NONE ? undefined : chunkOf(entry)?.values[entry % CHUNK_ENTRIES]
    },
    set(key: string, value: V): void {
      const hash = hashOf(key, seed)
      const part = partOf(hash)
      if (!part) throw new Error('A key of a large map has no part.')
      if (part.used >= part.maxLoad * part.slots.length) grow(part)
      const slot = slotOf(part, key, hash)
      const known = (part.slots[slot] ?? 0) - 1
      const chunk = known === NONE ? undefined : chunkOf(known)
      if (chunk) chunk.values[known % CHUNK_ENTRIES] = value
      else {
        part.slots[slot] = put(key, hash, value) + 1
        part.used += 1
        part.size += 1
        size += 1
      }
    },
    delete(key: string): boolean {
      const hash = hashOf(key, seed)
      const part = partOf(hash)
      const slot = part ? slotOf(part, key, hash) : 0
      const entry = (part?.slots[slot] ?? 0) - 1
      const chunk = chunkOf(entry)
      if (!part || !chunk || entry === NONE) return false
      part.slots[slot] = NONE
      part.size -= 1
      chunk.keys[entry % CHUNK_ENTRIES] = free
      chunk.values[entry % CHUNK_ENTRIES] = undefined
      chunk.size -= 1
      free = entry
      size -= 1
      return true
    },
    /** Ends iterations in progress. */
    clear(): void {
      for (const chunk of chunks) chunk.size = 0
      chunks.length = 0
    },
    *entries(): Generator<[string, V], void> {
      for (const chunk of chunks)
        // None of a chunk that is empty by now: a reader may delete what it has read, and begin again.
        for (let at = 0; chunk.size > 0 && at < chunk.keys.length; at += 1) {
          const key = chunk.keys[at]
          const value = chunk.values[at]
          if (typeof key === 'string' && value !== undefined) yield [key, value]
        }
    },
  }
}

/**
 * FNV-1a from a secret start, with the high bits mixed into the low ones after each character: who can choose keys cannot
 * choose many with one hash, among which a look-up would search one after the other.
 */
export function hashOf(key: string, seed: number): number {
  let hash = seed
  for (let at = 0; at < key.length; at += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193)
    hash ^= hash >>> 15
  }
  return hash
}

/**
 * A Map by text for collections that may have more than 100,000 entries. V8 copies all entries of a Map in one piece when it
 * grows: 70 ms for a million. Here, entries beyond the first are in parts by a hash of their key, and each part grows alone.
 */

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
/** Of 4 million entries, each part has as many as the first. */
const PARTS = 128

/** Iterates in the order of insertion up to 32,768 entries; the others follow in no order. */
export function createLargeMap<V extends NonNullable<unknown>>(): LargeMap<V> {
  const first = new Map<string, V>()
  /** Null until the first is full. */
  let parts: readonly Map<string, V>[] | null = null

  const partOf = (key: string): Map<string, V> | undefined => parts?.[hashOf(key) % PARTS]
  const all = (): readonly Map<string, V>[] => (parts === null ? [first] : [first, ...parts])

  return {
    get size() {
      return all().reduce((sum, { size }) => sum + size, 0)
    },
    get: (key) => first.get(key) ?? partOf(key)?.get(key),
    has: (key) => first.has(key) || partOf(key)?.has(key) === true,
    set(key, value) {
      if (parts === null && first.size === FIRST_ENTRIES) parts = Array.from({ length: PARTS }, () => new Map<string, V>())
      const part = first.has(key) ? first : (partOf(key) ?? first)
      part.set(key, value)
    },
    delete: (key) => first.delete(key) || partOf(key)?.delete(key) === true,
    clear() {
      first.clear()
      parts = null
    },
    *keys() {
      for (const part of all()) yield* part.keys()
    },
    *values() {
      for (const part of all()) yield* part.values()
    },
    *[Symbol.iterator]() {
      for (const part of all()) yield* part
    },
  }
}

/** FNV-1a, with its high bits mixed into the low ones. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < key.length; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193)
  return (hash ^ (hash >>> 15)) >>> 0
}

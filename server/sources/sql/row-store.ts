/**
 * The last row of each account, as bytes in one buffer: a million rows cost their bytes and 40 more each, and nothing
 * for the garbage collector to follow.
 */

const FIRST_CAPACITY = 1_024
const FIRST_BYTES = 64 * 1_024
/** Bytes of replaced rows that may be left before they are removed. */
const MAX_WASTED = 1024 * 1024

const NONE = -1
/** Of FNV-1a. */
const PRIME = 0x01000193

const arraysOf = (capacity: number) => ({
  heads: new Int32Array(capacity).fill(NONE),
  next: new Int32Array(capacity),
  hash: new Int32Array(capacity),
  /** Of the row, in the buffer. */
  start: new Float64Array(capacity),
  length: new Int32Array(capacity),
  /** Of the id, in its row. */
  idAt: new Int32Array(capacity),
  idLength: new Int32Array(capacity),
  tick: new Uint32Array(capacity),
  isComparable: new Uint8Array(capacity),
})

interface StoredRow {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
  /** Of the id, in the same buffer. */
  readonly idAt: number
  readonly idLength: number
  /** False for a row that is not to be found the same later. */
  readonly isComparable: boolean
}

/** @param seed random, so that no choice of ids makes the lookups slow */
export function createRowStore(seed: number) {
  let buffer = Buffer.allocUnsafeSlow(FIRST_BYTES)
  let used = 0
  let wasted = 0
  let capacity = FIRST_CAPACITY
  let arrays = arraysOf(capacity)
  /** Entries that were ever made; those of removed rows are used again. */
  let made = 0
  let free = NONE
  let size = 0

  function hashOf(bytes: Buffer, at: number, length: number): number {
    let hash = seed
    for (let i = at; i < at + length; i += 1) hash = Math.imul(hash ^ (bytes[i] ?? 0), PRIME)
    return hash ^ (hash >>> 15)
  }

  const slotOf = (hash: number): number => hash & (capacity - 1)
  const of = (array: Int32Array | Float64Array | Uint32Array, entry: number): number => array[entry] ?? NONE

  function isEqual(at: number, bytes: Buffer, start: number, length: number): boolean {
    for (let i = 0; i < length; i += 1) if (buffer[at + i] !== bytes[start + i]) return false
    return true
  }

  function grow(): void {
    const old = arrays
    capacity *= 2
    arrays = arraysOf(capacity)
    for (const key of ['hash', 'start', 'length', 'idAt', 'idLength', 'tick', 'isComparable'] as const) arrays[key].set(old[key])
    for (let entry = 0; entry < made; entry += 1) link(entry)
  }

  function link(entry: number): void {
    const slot = slotOf(of(arrays.hash, entry))
    arrays.next[entry] = of(arrays.heads, slot)
    arrays.heads[slot] = entry
  }

  /** Copies the rows that are left into a buffer with room for `bytes` more. */
  function moveRows(bytes: number): void {
    const target = Buffer.allocUnsafeSlow(2 * (used - wasted + bytes))
    let end = 0
    for (let entry = 0; entry < made; entry += 1) {
      const start = of(arrays.start, entry)
      if (start < 0) continue
      arrays.start[entry] = end
      end += buffer.copy(target, end, start, start + of(arrays.length, entry))
    }
    buffer = target
    used = end
    wasted = 0
  }

  function write(entry: number, bytes: Buffer, start: number, end: number): void {
    const length = end - start
    if (of(arrays.length, entry) !== length) {
      wasted += Math.max(0, of(arrays.length, entry))
      arrays.length[entry] = 0
      if (used + length > buffer.length || wasted > Math.max(MAX_WASTED, used / 2)) moveRows(length)
      arrays.start[entry] = used
      arrays.length[entry] = length
      used += length
    }
    bytes.copy(buffer, of(arrays.start, entry), start, end)
  }

  return {
    get size() {
      return size
    },
    /** The entry of an id, or −1. */
    find(bytes: Buffer, idAt: number, idLength: number): number {
      const hash = hashOf(bytes, idAt, idLength)
      let entry = of(arrays.heads, slotOf(hash))
      while (entry !== NONE) {
        const isFound =
          of(arrays.hash, entry) === hash &&
          of(arrays.idLength, entry) === idLength &&
          isEqual(of(arrays.start, entry) + of(arrays.idAt, entry), bytes, idAt, idLength)
        if (isFound) return entry
        entry = of(arrays.next, entry)
      }
      return NONE
    },
    /** Whether the stored row is this one, byte for byte. */
    hasRow: (entry: number, bytes: Buffer, start: number, end: number): boolean =>
      arrays.isComparable[entry] === 1 &&
      of(arrays.length, entry) === end - start &&
      isEqual(of(arrays.start, entry), bytes, start, end - start),
    tickOf: (entry: number): number => of(arrays.tick, entry),
    setTick(entry: number, tick: number): void {
      arrays.tick[entry] = tick
    },
    /** Stores the row of an account; `entry` is what `find` gave for it. */
    put(entry: number, row: StoredRow): number {
      const { bytes, start, end, idAt, idLength, isComparable } = row
      let target = entry
      if (target === NONE) {
        if (free === NONE && made === capacity) grow()
        target = free === NONE ? made++ : free
        if (target === free) free = of(arrays.next, target)
        arrays.hash[target] = hashOf(bytes, idAt, idLength)
        arrays.length[target] = NONE
        link(target)
        size += 1
      }
      write(target, bytes, start, end)
      arrays.idAt[target] = idAt - start
      arrays.idLength[target] = idLength
      arrays.isComparable[target] = Number(isComparable)
      return target
    },
    /** Removes the entries with another tick, and calls back with the id of each, as bytes. */
    removeOthers(tick: number, onRemoved: (bytes: Buffer, idAt: number, idLength: number) => void): void {
      for (let entry = 0; entry < made; entry += 1) {
        const start = of(arrays.start, entry)
        if (start < 0 || of(arrays.tick, entry) === tick) continue
        onRemoved(buffer, start + of(arrays.idAt, entry), of(arrays.idLength, entry))
        wasted += of(arrays.length, entry)
        arrays.start[entry] = NONE
        size -= 1
      }
      // The chains are made anew: to unlink one entry, its chain would be followed.
      arrays.heads.fill(NONE)
      free = NONE
      for (let entry = 0; entry < made; entry += 1) {
        if (of(arrays.start, entry) >= 0) link(entry)
        else {
          arrays.next[entry] = free
          free = entry
        }
      }
    },
  }
}

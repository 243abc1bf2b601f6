/** Turns results into reports. An unchanged row costs a comparison of its bytes only. */
import { randomInt } from 'node:crypto'
import { countOf, idOf } from '../lib/parse-counts.ts'
import { parseLatest } from '../lib/parse-latest.ts'
import { type AccountCounts, type Report, SourceError } from '../source.ts'
import type { Sink } from './database.ts'
import { locateFields } from './row-bytes.ts'
import { createRowStore } from './row-store.ts'

export interface TallyReport extends Report {
  readonly accounts: readonly AccountCounts[]
  readonly rest: 'gone' | 'unchanged'
}

/** Rows of one result that are named although they name no account. */
const MAX_SKIPPED = 20
const COLUMNS = ['id', 'unread', 'total', 'latest'] as const
const [ID, UNREAD, TOTAL, LATEST] = [0, 1, 2, 3]

export function createTally() {
  const stored = createRowStore(randomInt(2 ** 32))
  let tick = 0

  return {
    /**
     * Begins a result: of `all` accounts, or of those that `changed`.
     * Its `columns` throws a SourceError `config` where a required one is missing.
     */
    begin(which: 'all' | 'changed'): Sink & { report(): TallyReport } {
      const unreadable = new Map<string, string>()
      const skipped = new Map<string, string>()
      const changed: AccountCounts[] = []
      const places = new Int32Array(2 * COLUMNS.length)
      const isFirst = tick === 0
      let columns: readonly number[] = []
      let present = 0
      tick += 1

      function skip(name: string, reason: string): void {
        if (skipped.size < MAX_SKIPPED) skipped.set(name, reason)
      }

      const positionOf = (column: number): number => places[2 * column] ?? 0
      const lengthOf = (column: number): number => places[2 * column + 1] ?? 0

      function row(bytes: Buffer, start: number, end: number): void {
        locateFields(bytes, start, end, columns, places)
        const idAt = positionOf(ID)
        const idLength = lengthOf(ID)
        const known = idLength > 0 ? stored.find(bytes, idAt, idLength) : -1
        if (known >= 0 && stored.tickOf(known) !== tick && stored.hasRow(known, bytes, start, end)) {
          stored.setTick(known, tick)
          present += 1
          return
        }
        changedRow(bytes, start, end, known)
      }

      function changedRow(bytes: Buffer, start: number, end: number, known: number): void {
        const valueAt = (column: number): unknown => {
          const length = lengthOf(column)
          return length < 0 ? null : decodeText(bytes.subarray(positionOf(column), positionOf(column) + length))
        }
        const idValue = valueAt(ID)
        const id = idOf(idValue)
        if (id === null) return skip(shown(idValue), `its id is ${described(idValue)}, which names no account`)
        if (known >= 0 && stored.tickOf(known) === tick) {
          if (!unreadable.has(id)) skip(id, 'its id occurs twice; the first row counts')
          return
        }
        const unread = countOf(valueAt(UNREAD))
        stored.setTick(
          stored.put(known, { bytes, start, end, idAt: positionOf(ID), idLength: lengthOf(ID), isComparable: unread !== null }),
          tick,
        )
        present += 1
        if (unread === null) {
          unreadable.set(id, `its unread is ${described(valueAt(UNREAD))}, not a whole number from 0`)
          return
        }
        const total = countOf(valueAt(TOTAL))
        const { latest, error } = parseLatest(textOf(valueAt(LATEST)))
        if (error !== undefined) skip(id, error)
        changed.push({ id, unread, ...(total !== null && { total }), ...(latest && { latest }) })
      }

      /** An account that is missing from a full result has no unread messages. */
      function dropMissing(): void {
        if (present === stored.size) return
        stored.removeOthers(tick, (bytes, at, length) => changed.push({ id: bytes.toString('utf8', at, at + length), unread: 0 }))
      }

      return {
        columns(names) {
          columns = columnsOf(names)
        },
        row(bytes, start, end) {
          if (columns.length > 0) row(bytes, start, end)
        },
        report() {
          if (which === 'all') dropMissing()
          return { accounts: changed, rest: isFirst ? 'gone' : 'unchanged', unreadable, skipped }
        },
      }
    },
  }
}

/** The positions of the columns, −1 for a missing one; names are compared without case, as databases fold them. */
function columnsOf(names: readonly string[]): readonly number[] {
  const folded = names.map((name) => name.toLowerCase())
  const positions = COLUMNS.map((name) => folded.indexOf(name))
  if (positions[ID] === -1 || positions[UNREAD] === -1) {
    const found = names.length === 0 ? 'no columns' : `the columns ${names.join(', ')}`
    throw new SourceError('config', `The query must give the columns id and unread, but gives ${found}; name them with AS.`)
  }
  return positions
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The bytes themselves where they are no text. */
function decodeText(bytes: Buffer): string | Uint8Array {
  try {
    return utf8.decode(bytes)
  } catch {
    return bytes
  }
}

const textOf = (value: unknown): string | null => (value === null || typeof value === 'string' ? value : 'not a text')

/** A value for the log: a number as it is; never a text, which may be private. */
function described(value: unknown): string {
  if (value === null) return 'NULL'
  if (typeof value !== 'string') return 'neither a number nor a text'
  return /^-?[\d.]{1,24}$/.test(value) ? value : `text of ${value.length} characters`
}

const shown = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 64) : described(value))

/** Turns results into reports. It stores the counts of each account, so that an unchanged row costs a comparison only. */
import { countOf, idOf } from '../lib/parse-counts.ts'
import { parseLatest } from '../lib/parse-latest.ts'
import { type AccountCounts, type Report, SourceError } from '../source.ts'
import type { Sink } from './database.ts'

export type Tally = ReturnType<typeof createTally>

interface StoredRow {
  counts: AccountCounts
  latestText: string | null
  tick: number
}

/** Rows of one result that are named although they name no account. */
const MAX_SKIPPED = 20

export function createTally() {
  const stored = new Map<string, StoredRow>()
  /** Accounts whose last row was unreadable: they keep their number. */
  const unclear = new Set<string>()
  let tick = 0

  return {
    /**
     * Begins a result: of `all` accounts, or of those that `changed`.
     * Its `columns` throws a SourceError `config` where a required one is missing.
     */
    begin(which: 'all' | 'changed'): Sink & { report(): Report } {
      const unreadable = new Map<string, string>()
      const skipped = new Map<string, string>()
      const changed: AccountCounts[] = []
      const isFirst = tick === 0
      let columns: Columns | null = null
      let present = 0
      tick += 1

      function skip(name: string, reason: string): void {
        if (skipped.size < MAX_SKIPPED) skipped.set(name, reason)
      }

      function row(given: readonly unknown[], { id: idAt, unread: unreadAt, total: totalAt, latest: latestAt }: Columns): void {
        const valueAt = (at: number): unknown => readableValue(given[at])
        const idValue = valueAt(idAt)
        // The id of a stored account is valid.
        const id = typeof idValue === 'string' && stored.has(idValue) ? idValue : idOf(idValue)
        if (id === null) return skip(shown(idValue), `its id is ${described(idValue)}, which names no account`)
        if (unreadable.has(id)) return
        const known = stored.get(id)
        if (known?.tick === tick) return skip(id, 'its id occurs twice; the first row counts')
        const unread = countOf(valueAt(unreadAt))
        if (unread === null) {
          unreadable.set(id, `its unread is ${described(valueAt(unreadAt))}, not a whole number from 0`)
          unclear.add(id)
          stored.delete(id)
          return
        }
        const total = countOf(valueAt(totalAt)) ?? undefined
        const latestText = textOf(valueAt(latestAt))
        if (known && known.counts.unread === unread && known.counts.total === total && known.latestText === latestText) {
          known.tick = tick
          present += 1
          return
        }
        const isSameLatest = known !== undefined && known.latestText === latestText
        const { latest, error } = isSameLatest ? { latest: known.counts.latest, error: undefined } : parseLatest(latestText)
        if (error !== undefined) skip(id, error)
        const counts = { id, unread, ...(total !== undefined && { total }), ...(latest && { latest }) }
        if (known) Object.assign(known, { counts, latestText, tick })
        else stored.set(id, { counts, latestText, tick })
        unclear.delete(id)
        present += 1
        changed.push(counts)
      }

      /** An account that is missing from a full result has no unread messages. */
      function dropMissing(): void {
        for (const id of unclear) {
          if (unreadable.has(id)) continue
          unclear.delete(id)
          changed.push({ id, unread: 0 })
        }
        if (present === stored.size) return
        for (const [id, { tick: seen }] of stored) {
          if (seen === tick) continue
          stored.delete(id)
          changed.push({ id, unread: 0 })
        }
      }

      return {
        columns(names) {
          columns = columnsOf(names)
        },
        row(values) {
          if (columns) row(values, columns)
        },
        report() {
          if (which === 'all') dropMissing()
          return { accounts: changed, rest: isFirst ? 'gone' : 'unchanged', unreadable, skipped }
        },
      }
    },
  }
}

type Columns = ReturnType<typeof columnsOf>

/** The positions of the columns; names are compared without case, as databases fold them. */
function columnsOf(names: readonly string[]) {
  const folded = names.map((name) => name.toLowerCase())
  const [id, unread, total, latest] = ['id', 'unread', 'total', 'latest'].map((name) => folded.indexOf(name))
  if (id === undefined || unread === undefined || total === undefined || latest === undefined || id < 0 || unread < 0) {
    const found = names.length === 0 ? 'no columns' : `the columns ${names.join(', ')}`
    throw new SourceError('config', `The query must give the columns id and unread, but gives ${found}; name them with AS.`)
  }
  return { id, unread, total, latest }
}

/** Of a binary column, its text. */
const readableValue = (value: unknown): unknown => (value instanceof Uint8Array ? decodeText(value) : value)

const utf8 = new TextDecoder('utf-8', { fatal: true })

function decodeText(bytes: Uint8Array): string | Uint8Array {
  try {
    return utf8.decode(bytes)
  } catch {
    return bytes
  }
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** A value for the log: a number as it is; never a text, which may be private. */
function described(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (typeof value === 'string') return /^-?[\d.]{1,24}$/.test(value) ? value : `text of ${value.length} characters`
  return 'neither a number nor a text'
}

const shown = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 64) : described(value))

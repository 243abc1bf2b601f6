/**
 * Turns results into reports. It stores the counts of each account, so that an unchanged row costs a comparison only, and
 * logs an unreadable row once, until its error changes.
 */
import { AccountId, LIMITS, Message } from '../../../common/protocol/wire.ts'
import { type AccountCounts, type Report, SourceError, type SourceLog } from '../source.ts'
import type { Sink } from './database.ts'

export type Tally = ReturnType<typeof createTally>

interface StoredRow {
  counts: AccountCounts
  latestText: string | null
  tick: number
}

/** Unreadable rows that are logged of one result; another line gives the number of the rest. */
const MAX_LOGGED = 20

export function createTally(sourceName: string, log: SourceLog) {
  const stored = new Map<string, StoredRow>()
  let loggedErrors: ReadonlyMap<string, string> = new Map()
  /** Accounts whose last row was unreadable: they keep their number. */
  const unclear = new Set<string>()
  let tick = 0

  function logErrors(found: ReadonlyMap<string, string>): void {
    const fresh = Array.from(found).filter(([row, reason]) => loggedErrors.get(row) !== reason)
    for (const [account, reason] of fresh.slice(0, MAX_LOGGED)) log.warn({ source: sourceName, account, reason }, 'row is skipped')
    const more = fresh.length - MAX_LOGGED
    if (more > 0) log.warn({ source: sourceName, more }, 'more rows are skipped')
    loggedErrors = found
  }

  return {
    /**
     * Begins a result: of `all` accounts, or of those that `changed`.
     * Its `columns` throws a SourceError `config` where a required one is missing.
     */
    begin(which: 'all' | 'changed'): Sink & { report(): Report } {
      const errors = new Map<string, string>()
      const unreadable = new Map<string, string>()
      const changed: AccountCounts[] = []
      const isFirst = tick === 0
      let columns: Columns | null = null
      let present = 0
      tick += 1

      function skip(id: string, reason: string): void {
        errors.set(id, reason)
        stored.delete(id)
        if (!isAccountId(id)) return
        unreadable.set(id, reason)
        unclear.add(id)
      }

      function row(values: readonly unknown[], { id: idAt, unread: unreadAt, total: totalAt, latest: latestAt }: Columns): void {
        const id = idOf(values[idAt])
        const known = id === null ? undefined : stored.get(id)
        if (id === null || (!known && !isAccountId(id))) {
          errors.set(shown(values[idAt]), `its id is ${described(values[idAt])}, which names no account`)
          return
        }
        if (known?.tick === tick || unreadable.has(id)) return void errors.set(id, 'its id occurs twice; the first row counts')
        const unread = countOf(values[unreadAt])
        if (unread === null) return skip(id, `its unread is ${described(values[unreadAt])}, not a whole number from 0`)
        const total = totalAt < 0 || values[totalAt] === null ? undefined : countOf(values[totalAt])
        if (total === null) return skip(id, `its total is ${described(values[totalAt])}, not a whole number from 0`)
        const latestText = latestAt < 0 ? null : textOf(values[latestAt])
        if (known && known.counts.unread === unread && known.counts.total === total && known.latestText === latestText) {
          known.tick = tick
          present += 1
          return
        }
        const latest = known && known.latestText === latestText ? known.counts.latest : latestOf(latestText)
        if (latest === null) return skip(id, 'its latest is not a JSON list of messages')
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
          logErrors(which === 'all' ? errors : new Map([...loggedErrors, ...errors]))
          return { accounts: changed, rest: isFirst ? 'gone' : 'unchanged', unreadable }
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

const isAccountId = (id: string): boolean => AccountId.safeParse(id).success

function idOf(value: unknown): string | null {
  if (typeof value === 'string') return value
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))) return String(value)
  return null
}

/** A whole number from 0 to 2^53 − 1, in any form in which a database gives it; null for anything else. */
function countOf(value: unknown): number | null {
  const number =
    typeof value === 'number'
      ? value
      : typeof value === 'bigint' || (typeof value === 'string' && /^\d{1,16}(?:\.0*)?$/.test(value))
        ? Number(value)
        : -1
  return Number.isSafeInteger(number) && number >= 0 ? number : null
}

const textOf = (value: unknown): string | null =>
  value === null || value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value)

const Latest = Message.array().max(LIMITS.latestPerAccount)

/** The newest messages; undefined where the row gives none, null where they are invalid. */
function latestOf(text: string | null): readonly Message[] | undefined | null {
  if (text === null) return undefined
  try {
    return Latest.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/** A value for the log: a number as it is; never a text, which may be private. */
function described(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (typeof value === 'string') return /^-?[\d.]{1,24}$/.test(value) ? value : `text of ${value.length} characters`
  return 'neither a number nor a text'
}

const shown = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 64) : described(value))

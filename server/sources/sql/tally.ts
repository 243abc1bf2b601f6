/**
 * Turns results into reports. It remembers what each account had, so that an unchanged row is compared and not made
 * anew, and names each row that cannot be read once, until it changes.
 */
import { AccountId, LIMITS, Mail } from '../../protocol.ts'
import { type AccountCounts, type Report, SourceError, type SourceLog } from '../source.ts'
import type { Rows } from './database.ts'

export interface Tally {
  /** @throws SourceError `config` where a column is missing. */
  take(result: Rows): Report
  /** What was counted last, again: nothing changed since. */
  again(): Report
}

interface Kept {
  counts: AccountCounts
  latestText: string | null
  tick: number
}

/** Rows named in the log in one tick; one line says how many more there were. */
const NAMED_PER_TICK = 20

export function createTally(sourceName: string, log: SourceLog): Tally {
  const kept = new Map<string, Kept>()
  let bad: ReadonlyMap<string, string> = new Map()
  let tick = 0

  function* counted(): Iterable<AccountCounts> {
    for (const { counts } of kept.values()) yield counts
  }

  function nameBadRows(found: ReadonlyMap<string, string>): void {
    const fresh = Array.from(found).filter(([row, reason]) => bad.get(row) !== reason)
    for (const [account, reason] of fresh.slice(0, NAMED_PER_TICK)) log.warn({ source: sourceName, account, reason }, 'row is skipped')
    const more = fresh.length - NAMED_PER_TICK
    if (more > 0) log.warn({ source: sourceName, more }, 'more rows are skipped')
    bad = found
  }

  return {
    take({ columns, rows }) {
      const at = columnsOf(columns)
      const found = new Map<string, string>()
      const unreadable = new Map<string, string>()
      const skip = (id: string, reason: string): void => {
        found.set(id, reason)
        kept.delete(id)
        if (isAccountId(id)) unreadable.set(id, reason)
      }
      tick += 1
      for (const row of rows) {
        const id = idOf(row[at.id])
        const known = id === null ? undefined : kept.get(id)
        if (id === null || (!known && !isAccountId(id))) {
          found.set(shown(row[at.id]), `its id is ${described(row[at.id])}, which names no account`)
        } else if (known?.tick === tick) {
          found.set(id, 'its id stands twice; the first row counts')
        } else {
          const unread = countOf(row[at.unread])
          const total = at.total < 0 ? undefined : (countOf(row[at.total]) ?? null)
          const latestText = at.latest < 0 ? null : textOf(row[at.latest])
          const latest = known && known.latestText === latestText ? known.counts.latest : latestOf(latestText)
          if (unreadable.has(id)) found.set(id, 'its id stands twice; the first row counts')
          else if (unread === null) skip(id, `its unread is ${described(row[at.unread])}, not a whole number from 0`)
          else if (total === null && row[at.total] !== null) skip(id, `its total is ${described(row[at.total])}, not a whole number from 0`)
          else if (latest === null) skip(id, 'its latest is not a JSON list of mails')
          else if (
            known &&
            known.counts.unread === unread &&
            known.counts.total === (total ?? undefined) &&
            known.latestText === latestText
          )
            known.tick = tick
          else {
            const counts = { id, unread, ...(total != null && { total }), ...(latest && { latest }) }
            if (known) Object.assign(known, { counts, latestText, tick })
            else kept.set(id, { counts, latestText, tick })
          }
        }
      }
      for (const [id, { tick: seen }] of kept) if (seen !== tick) kept.delete(id)
      nameBadRows(found)
      return { accounts: counted(), rest: 'gone', unreadable }
    },
    again: () => ({ accounts: counted() }),
  }
}

/** Where the columns stand; names are compared without case, as databases fold them. */
function columnsOf(names: readonly string[]): { id: number; unread: number; total: number; latest: number } {
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

/** A whole number from 0 to 2^53 − 1, whichever way the database gives it; null for anything else. */
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

const Mails = Mail.array().max(LIMITS.latestPerAccount)

/** The newest mails, undefined where the row gives none, null where they cannot be read. */
function latestOf(text: string | null): readonly Mail[] | undefined | null {
  if (text === null) return undefined
  try {
    return Mails.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/** A value in a message: numbers as they are, never a text, for it may be anybody's. */
function described(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (typeof value === 'string') return /^-?[\d.]{1,24}$/.test(value) ? value : `text of ${value.length} characters`
  return 'neither a number nor a text'
}

const shown = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 64) : described(value))

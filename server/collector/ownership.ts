/** Which accounts a source counts, and what its reports say about them. Pure. */
import { createLargeMap, type LargeMap } from '../platform/large-map.ts'
import type { Update } from '../board/board.ts'
import { readable } from '../platform/text.ts'
import { LIMITS } from '../../common/protocol/wire.ts'
import type { AccountCounts, Counts, Report, Source } from '../sources/source.ts'

const EMPTY = { unread: 0 }

/** What a source may leave out, of all its reports, with a line in the log for each. */
const MAX_SKIPPED = 1_000
/** Lines in the log for one report; a further line has the number of the others. */
const MAX_LINES = 20

/** What is logged: each once, until its reason changes. */
export interface OwnershipEvents {
  /** Another source counts the account already. */
  conflict(id: string, owner: Source): void
  /** A part is missing from the number of the account. */
  missing(id: string, part: string): void
  /** The account could not be read. */
  unreadable(id: string, reason: string): void
  /** Something was left out that no number lacks. */
  skipped(row: string, reason: string): void
  /** So many more were unreadable or left out. */
  more(count: number): void
}

/**
 * @param owners the source that counts each account, shared by all sources: the first one to claim an account has it
 * @param unreadable the update for an account that the source could not read
 */
export function createOwnership(
  source: Source,
  owners: LargeMap<Source>,
  on: OwnershipEvents,
  unreadable: (id: string, reason: string) => Update,
) {
  /** The accounts of this source, each with the number of the report that named it last. */
  const reportedIn = createLargeMap<number>()
  let reports = 0
  /** The accounts that the present report has named, and whether more of it follows. */
  let named = 0
  let isPart = false
  /** What this attempt reported last of accounts that another source counts. */
  const contested = createLargeMap<AccountCounts>()
  const conflicts = createLargeMap<true>()
  /** What is missing from the number of each account, as reported last. */
  const missingFrom = createLargeMap<readonly string[]>()
  /** Why an account is unreadable, or a row was left out, as reported last. */
  const unreadableFor = createLargeMap<string>()
  const skippedFor = new Map<string, string>()

  /** True where the account is this source's, or has just become so. */
  function claim(id: string): boolean {
    const owner = owners.get(id)
    if (owner === source) return true
    if (owner) {
      if (!conflicts.has(id)) on.conflict(id, owner)
      conflicts.set(id, true)
      return false
    }
    owners.set(id, source)
    reportedIn.set(id, 0)
    return true
  }

  function updateOf({ id, missing = [], ...counts }: AccountCounts): Update {
    unreadableFor.delete(id)
    const known = missingFrom.get(id) ?? []
    for (const part of missing) if (!known.includes(part)) on.missing(id, part)
    if (missing.length === 0) {
      if (known.length > 0) missingFrom.delete(id)
      return { id, counts, status: 'ok' }
    }
    missingFrom.set(id, missing)
    return { id, counts: withNotices(counts, missing), status: 'stale' }
  }

  function logReasons({ unreadable: unread = new Map(), skipped = new Map() }: Report): void {
    let lines = 0
    const logNew = (known: LargeMap<string>, [key, reason]: readonly [string, string], log: (key: string, reason: string) => void) => {
      if (known.get(key) === reason) return
      known.set(key, reason)
      if ((lines += 1) <= MAX_LINES) log(key, reason)
    }
    for (const entry of unread) logNew(unreadableFor, entry, on.unreadable)
    for (const entry of skipped) if (skippedFor.size < MAX_SKIPPED) logNew(skippedFor, entry, on.skipped)
    if (lines > MAX_LINES) on.more(lines - MAX_LINES)
  }

  /** The report, or a part of it, as updates of the board, in one pass, without a copy of all ids. */
  function* updatesOf(given: Report): Iterable<Update> {
    const { accounts, rest, unreadable: unread } = given
    if (!isPart) {
      reports += 1
      named = 0
    }
    const report = reports
    isPart = given.isPart === true
    const isFirst = (id: string): boolean => {
      if (reportedIn.get(id) === report) return false
      reportedIn.set(id, report)
      named += 1
      return true
    }
    for (const counts of accounts) {
      if (!claim(counts.id)) contested.set(counts.id, counts)
      else if (isFirst(counts.id)) yield updateOf(counts)
    }
    for (const [id, reason] of unread ?? []) if (claim(id) && isFirst(id)) yield unreadable(id, reason)
    logReasons(given)
    // Missing accounts are searched for only where fewer were named than are known.
    if (rest !== 'gone' || isPart || named === reportedIn.size) return
    for (const [id, last] of reportedIn) if (last !== report) yield { id, counts: EMPTY, status: 'ok' }
  }

  function* freed(): Iterable<AccountCounts> {
    for (const counts of contested.values()) {
      if (owners.has(counts.id)) continue
      contested.delete(counts.id)
      yield counts
    }
  }

  return {
    ids: (): Iterable<string> => reportedIn.keys(),
    claim,
    updatesOf,
    attemptStarted() {
      contested.clear()
      isPart = false
    },
    /** Claims what this attempt reported and no other source counts any longer. */
    reclaim: (): Iterable<Update> => updatesOf({ accounts: freed() }),
  }
}

/** The counts with these notices before those of the mail server. */
function withNotices(counts: Counts, notices: readonly string[]): Counts {
  const all = [...new Set([...notices, ...(counts.notices ?? [])])]
  const max = LIMITS.noticesPerAccount
  const shown = all.length <= max ? all : [...all.slice(0, max - 1), `${all.length - max + 1} more parts of the number are missing.`]
  return { ...counts, notices: shown.map(readable) }
}

/**
 * The history of the numbers: once a minute, what has changed on the board since, is written to a file, in slices between
 * which requests are answered. A change of the board costs one call; while nothing changes, nothing runs.
 */
import { type Defer, deferred, type Schedule } from '../../common/async/clock.ts'
import type { AccountIds, Arrival, History } from '../../common/protocol/wire.ts'
import type { BoardReader } from '../board/board.ts'
import type { Entry } from '../board/entries.ts'
import { slicesOf } from '../platform/turns.ts'
import type { HistoryFile } from './file.ts'
import { addTo, DAY, daySteps, minuteOf, MONTH, monthSteps, numbersOf, seriesOf } from './series.ts'

export interface HistoryDeps {
  readonly board: BoardReader
  /** Of a shared board: whether this machine receives every change of it. */
  readonly isFresh?: (() => boolean) | undefined
  readonly file: HistoryFile
  readonly maxBytes: number
  readonly schedule: Schedule
  readonly defer: Defer
  /** Epoch milliseconds: they label the numbers. */
  readonly wallClock: () => number
  readonly arrivalOf: (ids: AccountIds) => Arrival | null
}

export type HistoryLog = ReturnType<typeof createHistory>

const MINUTE_MS = 60_000
/** Accounts in one turn: a few milliseconds if all of them have changed. */
const SLICE = 500
/** Accounts that are read in one turn: one with 2,100 changes takes a few milliseconds. */
const READ_SLICE = 2
/** Between two reductions, in minutes. */
const REDUCE_EVERY = 60
const MIN_RETENTION = 60
/** A million accounts take ten times as long if all of them have changed. */
const MAX_CLOSE_MS = 3_000
/** The sum of all accounts; no account has this id. */
const ALL = ''

export function createHistory({ board, isFresh = () => true, file, maxBytes, schedule, defer, wallClock, arrivalOf }: HistoryDeps) {
  const startedAtMs = wallClock()
  let cancelTimer: (() => void) | null = null
  /** The state of the board that is written already. */
  let written = { epoch: '', rev: 0 }
  /** The first minute since which the server has been counting without a pause; null while it is not. */
  let runStart: number | null = null
  let isWriting = false
  let isClosed = false
  /** Accounts that were removed from the board. */
  const removed = new Set<string>()
  /** In minutes of the epoch; later than the start, when sources have yet to name their accounts. */
  let reduceAt = minuteOf(startedAtMs) + REDUCE_EVERY
  /** How far back the changes go; less while the file is too large. */
  let coarseMinutes = MONTH

  /** The number, if it is known: a source that does not answer leaves a gap, and so does one that has not counted in this run. */
  function numberOf({ counts, status, error, checkedAtMs }: Entry): number | null {
    if (counts === null) return null
    const isPartial = status === 'stale' && error === undefined && (checkedAtMs ?? 0) >= startedAtMs
    return status === 'ok' || isPartial ? counts.unread : null
  }

  function sumOf(sum: number | null, entry: Entry): number | null {
    const number = numberOf(entry)
    return number === null ? sum : (sum ?? 0) + number
  }

  function onChange(changed: readonly string[]): void {
    for (const id of changed) if (!isThere(id)) removed.add(id)
    arm()
  }

  function arm(): void {
    if (isClosed) return
    cancelTimer ??= schedule(
      () => {
        cancelTimer = null
        // The minute that has just ended.
        void write(minuteOf(wallClock() - MINUTE_MS / 2))
      },
      MINUTE_MS - (wallClock() % MINUTE_MS),
    )
  }

  async function write(minute: number): Promise<void> {
    if (isWriting) return arm()
    isWriting = true
    for (const _ of slices(minute)) {
      await deferred(defer)
      if (isClosed) return
    }
    isWriting = false
    if (board.rev !== written.rev) arm()
  }

  function* slices(minute: number): Generator<undefined, void> {
    yield* forgetRemoved()
    const bytes = file.bytes()
    if (isFresh() && bytes < 2 * maxBytes) yield* writeChanges((runStart ??= minute), minute)
    else endRun()
    if (bytes <= maxBytes && minute < reduceAt) return
    if (bytes > maxBytes) coarseMinutes = Math.max(MIN_RETENTION, coarseMinutes / 2)
    else if (bytes < maxBytes / 4) coarseMinutes = Math.min(MONTH, coarseMinutes * 2)
    reduceAt = minute + REDUCE_EVERY
    yield* file.reduce({ minute, fineMinutes: Math.min(DAY, coarseMinutes), coarseMinutes }, isThere)
  }

  function* lastSlices(minute: number): Generator<undefined, void> {
    yield* forgetRemoved()
    if (isFresh()) yield* writeChanges(runStart ?? minute, minute)
  }

  function* forgetRemoved(): Generator<undefined, void> {
    while (removed.size > 0) {
      const ids = [...Iterator.from(removed).take(SLICE)]
      if (!file.forget(ids.filter((id) => !isThere(id)))) return
      for (const id of ids) removed.delete(id)
      yield
    }
  }

  const isThere = (id: string): boolean => id === ALL || board.get(id) !== undefined

  function* writeChanges(start: number, minute: number): Generator<undefined, void> {
    const { epoch, rev } = board
    const since = epoch === written.epoch ? written.rev : 0
    let sum: number | null = null
    let changed: { id: string; unread: number | null }[] = []
    let seen = 0
    for (const entry of board.entries('*')) {
      sum = sumOf(sum, entry)
      if (entry.rev > since) changed.push({ id: entry.id, unread: numberOf(entry) })
      if (++seen % SLICE !== 0) continue
      if (changed.length > 0 && !file.write(minute, changed, null)) return
      changed = []
      yield
      // The rest may be stale: no sum is better than that of a part.
      if (!isFresh()) return endRun()
    }
    if (file.write(minute, [...changed, { id: ALL, unread: sum }], start)) written = { epoch, rev }
  }

  /** With the last minute that was written; the next one compares every account. */
  function endRun(): void {
    runStart = null
    written = { epoch: '', rev: 0 }
  }

  async function read(ids: AccountIds): Promise<History> {
    const to = minuteOf(wallClock())
    const day = { ...daySteps(to), sums: numbersOf([], [], daySteps(to)) }
    const month = { ...monthSteps(to), sums: numbersOf([], [], monthSteps(to)) }
    const runs = file.runs(month.from, to).map(({ start, end }) => ({ start, end: start === runStart ? to : end }))
    for await (const slice of slicesOf(ids === '*' ? [ALL] : ids.filter(isThere), READ_SLICE))
      for (const id of slice) {
        const changes = file.changes(id, month.from, to)
        for (const steps of [day, month]) addTo(steps.sums, numbersOf(changes, runs, steps))
      }
    let present: number | null = null
    for await (const slice of slicesOf(board.entries(ids))) present = slice.reduce(sumOf, present)
    const arrival = arrivalOf(ids)
    return { day: seriesOf(day.sums, present, day), month: seriesOf(month.sums, present, month), ...(arrival && { arrival }) }
  }

  const unsubscribe = board.subscribe(onChange)
  arm()

  return {
    /** The numbers of these accounts together. */
    read,
    /** The machine goes to sleep. */
    pause(): void {
      if (runStart !== null) file.write(minuteOf(wallClock()), [], runStart)
      endRun()
    },
    /** It is awake again. */
    resume: arm,
    /**
     * Writes what is not written yet, in slices, and closes the file. It takes no longer than a limit: what is missing then
     * leaves a gap of a minute, and is written after the next start.
     */
    async close(): Promise<void> {
      isClosed = true
      unsubscribe()
      cancelTimer?.()
      let isLate = false
      const cancelLimit = schedule(() => (isLate = true), MAX_CLOSE_MS)
      const minute = minuteOf(wallClock())
      for (const _ of lastSlices(minute)) {
        await deferred(defer)
        if (isLate) break
      }
      cancelLimit()
      file.close()
    },
  }
}

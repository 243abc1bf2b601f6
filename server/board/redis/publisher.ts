/**
 * Writes what this machine's collector has counted to the shared board. What changes while a write is under way goes
 * into the next one: however fast an account changes, there is one write at a time, with the latest state.
 */
import { oneAtATime } from '../../../common/async/one-at-a-time.ts'
import { createLargeMap } from '../../platform/large-map.ts'
import { slicesOf } from '../../platform/turns.ts'
import { confirmedText, sourceText, writeArguments } from './messages.ts'
import { type Machine, writeAccounts } from './machine.ts'

export type Publisher = ReturnType<typeof createPublisher>

/** Accounts per write: some milliseconds of Redis' time, in which it serves no other client. */
export const SLICE = 500

/** @param sourceOf names the source that counts an account */
export function createPublisher(machine: Machine, sourceOf: (id: string) => string | undefined) {
  const { intake, names, deferred } = machine
  const dirty = createLargeMap<true>()
  /** The source that each account was written with: an account that is gone has none any more. */
  const sources = createLargeMap<string>()
  const confirmed = new Map<string, number>()
  let term: number | null = null
  let epoch: string | null = null
  let isWriting = false
  /** The machine was connected after the write under way had begun. */
  let isContinued = false
  const closing = new AbortController()
  const unsubscribe = intake.subscribe(markDirty)

  function markDirty(ids: Iterable<string>): void {
    for (const id of ids) dirty.set(id, true)
    void flush()
  }

  function argumentsOf(id: string): readonly string[] {
    const entry = intake.get(id)
    const source = sourceOf(id) ?? sources.get(id) ?? ''
    if (!entry) {
      sources.delete(id)
      return [id, sourceText(source), '', '']
    }
    sources.set(id, source)
    const { label, counts, status, error, checkedAtMs } = entry
    return writeArguments({ id, source, checkedAtMs }, { label, counts, status, error })
  }

  async function flush(): Promise<void> {
    if (isWriting || term === null) return
    isWriting = true
    try {
      while (dirty.size > 0 && !closing.signal.aborted) {
        const ids = Iterator.from(dirty.keys()).take(SLICE).toArray()
        isContinued = false
        // Removed before they are read: what changes from now on is written again.
        for (const id of ids) dirty.delete(id)
        const { kind } = await writeAccounts(machine, String(term), ids.flatMap(argumentsOf))
        // A conflict cannot be: sources may write to all accounts.
        if (kind === 'done' || kind === 'conflict') continue
        for (const id of ids) dirty.set(id, true)
        // Otherwise the next heartbeat tries again.
        if (!isContinued) return
      }
    } finally {
      isWriting = false
    }
  }

  /** The last time that each source has counted, if that is not published yet. */
  async function unpublishedTimes(): Promise<readonly (readonly [source: string, atMs: number])[]> {
    const latest = new Map<string, number>()
    for await (const slice of slicesOf(intake.entries('*'), SLICE, deferred)) {
      if (closing.signal.aborted) return []
      for (const { id, status, checkedAtMs } of slice) {
        const source = status === 'ok' && checkedAtMs !== null ? sourceOf(id) : undefined
        if (source !== undefined) latest.set(source, Math.max(latest.get(source) ?? 0, checkedAtMs ?? 0))
      }
    }
    return Array.from(latest).filter(([source, atMs]) => confirmed.get(source) !== atMs)
  }

  /** Not after the end of the term: the times of the next machine are newer. */
  const publishTimes = oneAtATime(async () => {
    const times = await unpublishedTimes()
    if (times.length === 0 || closing.signal.aborted || !machine.connection) return
    const { commands, answer } = machine.connection
    await answer(commands.hSet(names.confirmed, new Map(times.map(([source, atMs]) => [source, String(atMs)]))))
    if (closing.signal.aborted) return
    await answer(commands.publish(names.changes, confirmedText(times)))
    for (const [source, atMs] of times) confirmed.set(source, atMs)
  })

  async function markAllDirty(): Promise<void> {
    for await (const slice of slicesOf(intake.entries('*'), SLICE, deferred)) {
      if (closing.signal.aborted) return
      markDirty(slice.map(({ id }) => id))
    }
  }

  return {
    /** The machine goes on collecting in this term: writes what is dirty; in a new term or epoch, everything. */
    continueIn(presentTerm: number, presentEpoch: string): void {
      const isNew = term !== presentTerm || epoch !== presentEpoch
      term = presentTerm
      epoch = presentEpoch
      isContinued = true
      if (isNew) void markAllDirty()
      void flush()
      // Where it fails, the next heartbeat tries again.
      publishTimes().catch(() => undefined)
    },
    /** Removes accounts that no source counts any longer. */
    remove: markDirty,
    close() {
      closing.abort()
      unsubscribe()
    },
  }
}

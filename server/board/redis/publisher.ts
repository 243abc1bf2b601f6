/**
 * Brings what this machine's collector has counted to the shared board. What changes while a write is under way goes
 * into the next one: however fast an account changes, there is one write at a time, and it has the latest state.
 */
import type { Board } from '../board.ts'
import { firstOf } from '../../platform/first-of.ts'
import { sourceText, writeArguments } from './messages.ts'

/** How a write ended: it is there; Redis cannot take it just now; another machine collects. */
export type Written = 'done' | 'away' | 'fenced'

export interface PublisherDeps {
  /** Where the collector writes. */
  readonly intake: Board
  /** The name of the source that counts an account. */
  readonly sourceOf: (id: string) => string | undefined
  /** Writes accounts as the script `write` takes them, in the term. */
  readonly write: (term: number, accounts: readonly string[]) => Promise<Written>
  /** Writes and tells when sources last spoke. */
  readonly confirm: (times: readonly (readonly [source: string, atMs: number])[]) => Promise<void>
}

export interface Publisher {
  /** The machine goes on collecting, in this term: what waits is written. In a new one, or a new epoch, all of it is. */
  goOn(term: number, epoch: string): void
  /** Accounts that are nobody's any more. */
  remove(ids: Iterable<string>): void
  close(): void
}

/** Accounts a write: some milliseconds of Redis' time, in which it serves nobody else. */
const SLICE = 500

export function createPublisher({ intake, sourceOf, write, confirm }: PublisherDeps): Publisher {
  const dirty = new Set<string>()
  const sources = new Map<string, string>()
  const confirmed = new Map<string, number>()
  let term: number | null = null
  let epoch: string | null = null
  let isWriting = false
  const closing = new AbortController()
  const unsubscribe = intake.subscribe(note)

  function note(ids: Iterable<string>): void {
    for (const id of ids) dirty.add(id)
    void flush()
  }

  /** As the script takes it; the source is remembered, for who is gone has none. */
  function argumentsOf(id: string): readonly string[] {
    const entry = intake.get(id)
    const source = sourceOf(id) ?? sources.get(id) ?? ''
    if (!entry) {
      sources.delete(id)
      return [id, sourceText(source), '', '']
    }
    sources.set(id, source)
    const { counts, status, error } = entry
    return writeArguments({ id, source, checkedAtMs: entry.checkedAtMs, state: { counts, status, error } })
  }

  async function flush(): Promise<void> {
    if (isWriting || term === null) return
    isWriting = true
    try {
      while (dirty.size > 0 && !closing.signal.aborted) {
        const ids = firstOf(dirty, SLICE)
        // Taken out before they are read: what changes from now on is written again.
        for (const id of ids) dirty.delete(id)
        const written = await write(term, ids.flatMap(argumentsOf))
        if (written === 'done') continue
        for (const id of ids) dirty.add(id)
        return
      }
    } finally {
      isWriting = false
    }
  }

  /** The last time that each source has spoken, as far as it is not told yet. */
  function news(): readonly (readonly [string, number])[] {
    const latest = new Map<string, number>()
    for (const { id, status, checkedAtMs } of intake.entries('*')) {
      const source = status === 'ok' && checkedAtMs !== null ? sourceOf(id) : undefined
      if (source !== undefined) latest.set(source, Math.max(latest.get(source) ?? 0, checkedAtMs ?? 0))
    }
    return Array.from(latest).filter(([source, atMs]) => confirmed.get(source) !== atMs)
  }

  return {
    goOn(presentTerm, presentEpoch) {
      const isNew = term !== presentTerm || epoch !== presentEpoch
      term = presentTerm
      epoch = presentEpoch
      if (isNew) for (const { id } of intake.entries('*')) dirty.add(id)
      void flush()
      const times = news()
      if (times.length === 0) return
      confirm(times).then(
        () => times.forEach(([source, atMs]) => confirmed.set(source, atMs)),
        () => undefined,
      )
    },
    remove: note,
    close() {
      closing.abort()
      unsubscribe()
    },
  }
}

/**
 * Measures how long the event loop stood still while sources were at work. A timer runs only then, so that an idle server
 * has none. Work of two kinds at the same time counts for both.
 */
import type { Clock } from '../../common/async/clock.ts'

export type TurnWatch = ReturnType<typeof createTurnWatch>

/** A turn is measured up to this time too short. */
const TICK_MS = 10

export function createTurnWatch({ now, schedule }: Pick<Clock, 'now' | 'schedule'>) {
  const longestMs = new Map<string, number>()
  /** How much work of each kind is under way. */
  const active = new Map<string, number>()
  let dueMs = 0
  let cancel: (() => void) | null = null

  /** A tick that comes late was kept waiting by the turn before it. */
  function note(): void {
    const lateMs = now() - dueMs
    for (const kind of active.keys()) longestMs.set(kind, Math.max(longestMs.get(kind) ?? 0, lateMs))
  }

  function tick(): void {
    if (cancel) note()
    dueMs = now() + TICK_MS
    cancel = schedule(tick, TICK_MS)
  }

  function begin(kind: string): void {
    if (cancel) note()
    else tick()
    active.set(kind, (active.get(kind) ?? 0) + 1)
  }

  function end(kind: string): void {
    note()
    const left = (active.get(kind) ?? 0) - 1
    if (left > 0) active.set(kind, left)
    else active.delete(kind)
    if (active.size > 0) return
    cancel?.()
    cancel = null
  }

  return {
    /** Does the work of a source of this kind. */
    async during<T>(kind: string, work: () => Promise<T>): Promise<T> {
      begin(kind)
      try {
        return await work()
      } finally {
        end(kind)
      }
    },
    /** The longest turn so far, by kind, in milliseconds. */
    longestMs: (): ReadonlyMap<string, number> => longestMs,
  }
}

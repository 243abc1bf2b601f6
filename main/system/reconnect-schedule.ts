/**
 * Pokes: after a sleep, a change of the network or of the clock, every connection is asked whether it still is one.
 * The network lags behind such an event by a while that nobody knows, so it is asked more than once.
 *
 * Pure: timer and chance are passed in. One timer at most, and none when the sequence is through.
 */

/** Milliseconds after the event. */
export const RECONNECT_DELAYS_MS = [0, 2_000, 5_000, 10_000, 30_000] as const
/** All machines of an office may hear of the same event: each poke comes this much later at the most, by chance. */
const JITTER_MS = 500

export interface ReconnectScheduleDeps {
  /** Calls back once after `ms`; returns what cancels that. */
  readonly schedule: (callback: () => void, ms: number) => () => void
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** `isFirst`: the event has only just been; later ones leave alone what has answered since then. */
  readonly reconnect: (isFirst: boolean) => void
}

export interface ReconnectSchedule {
  /** Something has happened: the sequence begins, again if need be. */
  restart(): void
  /** No more pokes until something happens again. */
  stop(): void
}

export function createReconnectSchedule({ schedule, random, reconnect }: ReconnectScheduleDeps): ReconnectSchedule {
  let cancel: (() => void) | null = null

  /** Each by its distance from the one before, so that the jitter of all is one and the same shift. */
  function arm(turn: number, ms: number): void {
    cancel = schedule(() => {
      cancel = null
      const next = RECONNECT_DELAYS_MS[turn + 1]
      if (next !== undefined) arm(turn + 1, next - (RECONNECT_DELAYS_MS[turn] ?? 0))
      reconnect(turn === 0)
    }, ms)
  }

  function stop(): void {
    cancel?.()
    cancel = null
  }

  return {
    restart() {
      stop()
      arm(0, Math.round(random() * JITTER_MS))
    },
    stop,
  }
}

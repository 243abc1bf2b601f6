/**
 * Pure: when connections are checked after a sleep, or a change of network or clock. The network recovers some unknown time
 * after the event, so there are several checks. At most one timer runs, and none when the sequence is over.
 */
import type { Schedule } from '../../common/async/clock.ts'

/** Milliseconds after the event. */
export const RECONNECT_DELAYS_MS = [0, 2_000, 5_000, 10_000, 30_000] as const
/** All machines of an office may see the same event: each shifts its sequence by a random time up to this. */
const JITTER_MS = 500

export interface ReconnectScheduleDeps {
  readonly schedule: Schedule
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** `isFirst`: the event has just occurred; later calls skip connections that have answered since then. */
  readonly reconnect: (isFirst: boolean) => void
}

export function createReconnectSchedule({ schedule, random, reconnect }: ReconnectScheduleDeps) {
  let cancel: (() => void) | null = null

  /** Delays count from the previous step, so that one jitter shifts all of them. */
  function arm(step: number, ms: number): void {
    cancel = schedule(() => {
      cancel = null
      const next = RECONNECT_DELAYS_MS[step + 1]
      if (next !== undefined) arm(step + 1, next - (RECONNECT_DELAYS_MS[step] ?? 0))
      reconnect(step === 0)
    }, ms)
  }

  function stop(): void {
    cancel?.()
    cancel = null
  }

  return {
    /** Starts the sequence, or starts it again. */
    restart(): void {
      stop()
      arm(0, Math.round(random() * JITTER_MS))
    },
    stop,
  }
}

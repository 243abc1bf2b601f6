/**
 * Whether an account uses IDLE and NOTIFY, across its connections. Some servers announce them and end each connection that
 * uses them: the account is then polled at its interval, and tries again once after some hours.
 */
import type { ImapTimes } from '../connection/times.ts'

export type PushTrials = ReturnType<typeof createPushTrials>
export type PushTrial = ReturnType<typeof createTrial>

/** One end may be a restart of the server. */
const MAX_FAILURES = 2

/** @param now monotonic milliseconds */
export function createPushTrials(times: Pick<ImapTimes, 'pushTrial' | 'pushRest'>, now: () => number = () => performance.now()) {
  const idle = createTrial(times, now)
  const notify = createTrial(times, now)
  return {
    idle,
    notify,
    /**
     * The server, or the network, has ended a connection. Where both were in use, NOTIFY is left out first.
     * @returns whether one of them is left out from now on
     */
    connectionLost(): boolean {
      const trial = notify.isRunning() ? notify : idle
      const wasAllowed = trial.isAllowed()
      trial.failed()
      idle.ended()
      notify.ended()
      return wasAllowed && !trial.isAllowed()
    },
    /** This side has ended a connection. */
    connectionClosed() {
      idle.ended()
      notify.ended()
    },
  }
}

function createTrial({ pushTrial, pushRest }: Pick<ImapTimes, 'pushTrial' | 'pushRest'>, now: () => number) {
  let failures = 0
  let startedAtMs: number | null = null
  let restUntilMs = Number.NEGATIVE_INFINITY

  function rest(): void {
    restUntilMs = now() + pushRest
    // The next trial is a single one.
    failures = MAX_FAILURES - 1
  }

  function ended(): void {
    if (startedAtMs !== null && now() - startedAtMs >= pushTrial) failures = 0
    startedAtMs = null
  }

  return {
    isAllowed: (): boolean => now() >= restUntilMs,
    isRunning: (): boolean => startedAtMs !== null,
    started: (): void => void (startedAtMs ??= now()),
    /** It has ended without harm. */
    ended,
    /** The server refuses it. */
    refused: rest,
    /** The connection has ended while it was in use. */
    failed() {
      if (startedAtMs === null || now() - startedAtMs >= pushTrial) return
      failures += 1
      if (failures >= MAX_FAILURES) rest()
    },
  }
}

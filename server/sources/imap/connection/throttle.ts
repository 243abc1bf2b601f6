/**
 * Microsoft 365 refuses a command with "Request is throttled. Suggested Backoff Time: 92415 milliseconds". The client
 * library then sits the time out within the command, for more than a minute, and only its log tells; so this is a log
 * that hears nothing else.
 */
const MOST_MS = 30 * 60_000

/** @param onThrottled called at once, with the pause that the server asks for, in milliseconds; half an hour at the most. */
export function createThrottleEar(onThrottled: (pauseMs: number) => void) {
  return {
    // The library would write each line out for a log that wants it.
    isLevelEnabled: () => false,
    debug: nothing,
    info: nothing,
    error: nothing,
    fatal: nothing,
    warn(entry: unknown) {
      const asked = typeof entry === 'object' && entry !== null && 'throttleDelay' in entry ? Number(entry.throttleDelay) : 0
      // The library tells before it sits down: a connection that is closed now would not end the wait.
      if (asked > 0) queueMicrotask(() => onThrottled(Math.min(asked, MOST_MS)))
    },
  }
}

const nothing = (): void => undefined

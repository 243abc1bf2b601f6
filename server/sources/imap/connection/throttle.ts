/**
 * Microsoft 365 refuses a command with "Request is throttled. Suggested Backoff Time: 92415 milliseconds". imapflow then
 * waits inside the command, for more than a minute, and reports this only through its logger.
 */
const MAX_PAUSE_MS = 30 * 60_000

/** @param onThrottled called at once with the requested pause in milliseconds, half an hour at most. */
export function createThrottleLogger(onThrottled: (pauseMs: number) => void) {
  return {
    // Otherwise imapflow formats each protocol line for the log.
    isLevelEnabled: () => false,
    debug: ignore,
    info: ignore,
    error: ignore,
    fatal: ignore,
    warn(entry: unknown) {
      const requestedMs = typeof entry === 'object' && entry !== null && 'throttleDelay' in entry ? Number(entry.throttleDelay) : 0
      // imapflow logs before it starts to wait: closing the connection synchronously would not end that wait.
      if (requestedMs > 0) queueMicrotask(() => onThrottled(Math.min(requestedMs, MAX_PAUSE_MS)))
    },
  }
}

const ignore = (): void => undefined

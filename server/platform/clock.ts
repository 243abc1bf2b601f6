/** The real clock and timers, as the pure parts take them. Background timers never keep the process alive. */
import { performance } from 'node:perf_hooks'

export const monotonicMs = (): number => performance.now()

export function schedule(callback: () => void, ms: number): () => void {
  const timer = setTimeout(callback, ms)
  timer.unref()
  return () => clearTimeout(timer)
}

/** Calls back in a later turn of the event loop, after pending I/O. */
export function defer(callback: () => void): void {
  setImmediate(callback)
}

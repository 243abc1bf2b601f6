/** The real clock and timers, as the pure parts take them. Background timers never keep the process alive. */
import { performance } from 'node:perf_hooks'

/** Monotonic milliseconds. */
export const monotonicMs = (): number => performance.now()

/** Calls back once after `ms`; returns what cancels that. */
export function schedule(callback: () => void, ms: number): () => void {
  const timer = setTimeout(callback, ms)
  timer.unref()
  return () => clearTimeout(timer)
}

/** Calls back in a later turn, after waiting I/O had its chance. */
export function defer(callback: () => void): void {
  setImmediate(callback)
}

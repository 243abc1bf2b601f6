/** The real clock and timers, as the pure parts take them. Background timers never keep the process alive. */
import { performance } from 'node:perf_hooks'
import type { Defer } from '../../common/async/clock.ts'

export const monotonicMs = (): number => performance.now()

export function schedule(callback: () => void, ms: number): () => void {
  const timer = setTimeout(callback, ms)
  timer.unref()
  return () => clearTimeout(timer)
}

/** Keeps the process alive, as nothing else may, until the returned function is called. */
export function keepAlive(): () => void {
  const timer = setInterval(() => undefined, 60_000)
  return () => clearInterval(timer)
}

export const defer: Defer = (callback) => void setImmediate(callback)

/** Loaded into a server before its code: measures its turns from the message `begin` to the message `end`, and replies with them. */
import { once } from 'node:events'
import { PerformanceObserver } from 'node:perf_hooks'
import { longestOf, measureTurns } from '../../test/helpers/sources/turns.ts'

/** What is measured, in milliseconds. */
export interface MeasuredTurns {
  /** CPU time of all turns that are not short. */
  readonly all: number
  /** CPU time of the longest turn, how long other work waited for it, and how much of that was garbage collection. */
  readonly longest: number
  readonly wall: number
  readonly collection: number
}

const collections: { readonly startMs: number; readonly endMs: number }[] = []
new PerformanceObserver((list) => {
  for (const { startTime, duration } of list.getEntries()) collections.push({ startMs: startTime, endMs: startTime + duration })
}).observe({ entryTypes: ['gc'] })

async function measure(): Promise<MeasuredTurns> {
  const { turns } = await measureTurns(() => once(process, 'message'))
  const { cpuMs, startMs, endMs } = longestOf(turns)
  return {
    all: turns.reduce((sum, turn) => sum + turn.cpuMs, 0),
    longest: cpuMs,
    wall: endMs - startMs,
    collection: collections.reduce((sum, each) => sum + Math.max(0, Math.min(each.endMs, endMs) - Math.max(each.startMs, startMs)), 0),
  }
}

process.once('message', () => void measure().then((measured) => process.send?.(measured)))
// Listening alone does not keep the process alive.
process.channel?.unref()

/** Pure: releases items evenly over a time, in steps. */
import type { Clock } from '../../common/async/clock.ts'
import { createPause } from '../platform/pause.ts'

const STEPS = 20

/** @param isHurried whether the rest is released in the next step */
export function createSpread<T>({ now, schedule }: Clock, release: (step: T[]) => void, isHurried: () => boolean) {
  const waiting = new Set<T>()
  let endMs = -Infinity

  async function run(stepMs: number, mustWait: boolean, hurried?: Promise<void>): Promise<void> {
    const pause = createPause(schedule)
    void hurried?.then(pause.end)
    if (mustWait) await pause.wait(stepMs)
    while (waiting.size > 0) {
      const steps = isHurried() ? 1 : Math.max(1, Math.round((endMs - now()) / stepMs))
      const step = Iterator.from(waiting)
        .take(Math.ceil(waiting.size / steps))
        .toArray()
      for (const item of step) waiting.delete(item)
      release(step)
      if (waiting.size > 0 && !isHurried()) await pause.wait(stepMs)
    }
  }

  return {
    /**
     * Releases the first ones at once, and the others over `ms`; resolves once it has begun with the last ones. Items that are
     * added meanwhile join them, and the time begins anew: none is released at once.
     * @param hurried once it resolves, the next step begins
     */
    async add(items: Iterable<T>, ms: number, hurried?: Promise<void>): Promise<void> {
      const isRunning = waiting.size > 0
      const before = waiting.size
      for (const item of items) waiting.add(item)
      if (waiting.size === before) return
      const mustWait = now() < endMs
      endMs = now() + ms
      if (!isRunning) await run(ms / STEPS, mustWait, hurried)
    },
  }
}

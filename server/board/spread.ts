/** Pure: releases items evenly over a time, in steps. */
import type { Clock } from '../../common/async/clock.ts'
import { createPause } from '../platform/pause.ts'

const STEPS = 20

/** @param isIdle true where nothing is left that the items could delay: they are then released in one step */
export function createSpread<T>({ now, schedule }: Clock, release: (step: T[]) => void, isIdle: () => boolean) {
  const waiting = new Set<T>()
  const pause = createPause(schedule)
  let endMs = -Infinity
  let isHurried = false
  const isLastStep = (): boolean => isHurried || isIdle()

  async function run(stepMs: number, mustWait: boolean): Promise<void> {
    if (mustWait && !isHurried) await pause.wait(stepMs)
    while (waiting.size > 0) {
      const steps = isLastStep() ? 1 : Math.max(1, Math.round((endMs - now()) / stepMs))
      const step = Iterator.from(waiting)
        .take(Math.ceil(waiting.size / steps))
        .toArray()
      for (const item of step) waiting.delete(item)
      release(step)
      if (waiting.size > 0 && !isLastStep()) await pause.wait(stepMs)
    }
  }

  return {
    /**
     * Releases the first ones at once, and the others over `ms`; resolves once it has begun with the last ones. Items that are
     * added meanwhile join them, and the time begins anew: none is released at once.
     */
    async add(items: Iterable<T>, ms: number): Promise<void> {
      const isRunning = waiting.size > 0
      const before = waiting.size
      for (const item of items) waiting.add(item)
      if (waiting.size === before) return
      const mustWait = now() < endMs
      endMs = now() + ms
      if (!isRunning) await run(ms / STEPS, mustWait)
    },
    /** Releases all that wait, and all that are added from now on, at once. */
    hurry(): void {
      isHurried = true
      pause.end()
    },
  }
}

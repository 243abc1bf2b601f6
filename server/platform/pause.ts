/** A wait that can be ended early. */
import type { Schedule } from '../../common/async/clock.ts'

export function createPause(schedule: Schedule) {
  let wake: (() => void) | null = null
  return {
    /** Waits `ms`; if it is null, until `end` is called. */
    wait: (ms: number | null): Promise<void> =>
      new Promise((resolve) => {
        const cancel = ms === null ? null : schedule(() => wake?.(), ms)
        wake = () => {
          wake = null
          cancel?.()
          resolve()
        }
      }),
    end: () => wake?.(),
  }
}

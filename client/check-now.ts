/** "Check now": whether a check runs, and when the last one ended. */
import type { Clock } from '../common/async/clock.ts'
import { within } from '../common/async/within.ts'
import type { CheckView } from '../common/protocol/window-state.ts'

/** So that a short check is seen. */
const MIN_MS = 400
const MAX_MS = 30_000

export interface CheckNowDeps extends Pick<Clock, 'schedule'> {
  /** Resolves with whether a server has confirmed its counts. */
  readonly run: () => Promise<boolean>
  /** Epoch milliseconds. */
  readonly wallClock: () => number
  readonly onChange: (view: CheckView) => void
}

const NOT_CHECKED: CheckView = { isRunning: false, endedAtMs: null }

export function createCheckNow({ run, wallClock, schedule, onChange }: CheckNowDeps) {
  let view = NOT_CHECKED
  let checks = 0

  function show(next: CheckView): void {
    view = next
    onChange(next)
  }

  async function check(): Promise<void> {
    checks += 1
    const own = checks
    const { promise: minimum, resolve } = Promise.withResolvers<void>()
    schedule(resolve, MIN_MS)
    show({ ...view, isRunning: true })
    const [isConfirmed] = await Promise.all([within(run(), MAX_MS, schedule).catch(() => false), minimum])
    if (own === checks) show({ isRunning: false, endedAtMs: isConfirmed ? wallClock() : view.endedAtMs })
  }

  return {
    get view(): CheckView {
      return view
    },
    /** A second one asks again, and takes the place of the one that runs. */
    start: (): void => void check(),
  }
}

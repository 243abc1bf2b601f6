/** Takes a mute out of the choices when it ends by itself: whatever shows or heeds it follows from there. */
import type { Mute } from '../../common/protocol/settings.ts'

export interface MuteEndDeps {
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly schedule: (callback: () => void, ms: number) => () => void
  readonly onEnd: (muted: readonly Mute[]) => void
}

export interface MuteEnd {
  follow(muted: readonly Mute[]): void
  close(): void
}

export function createMuteEnd({ now, schedule, onEnd }: MuteEndDeps): MuteEnd {
  let waiting: { readonly forMs: number; readonly cancel: () => void } | null = null
  let last: readonly Mute[] = []

  function wait(): void {
    // One that ended while the machine slept is over as well.
    const ends = last.flatMap(({ untilMs }) => untilMs ?? [])
    const endMs = ends.length === 0 ? null : Math.min(...ends)
    if (waiting?.forMs === endMs) return
    waiting?.cancel()
    waiting = endMs === null ? null : { forMs: endMs, cancel: schedule(wake, Math.max(0, endMs - now())) }
  }

  function wake(): void {
    waiting = null
    const left = last.filter(({ untilMs }) => untilMs === null || untilMs > now())
    if (left.length < last.length) onEnd(left)
    else wait()
  }

  return {
    follow(muted) {
      last = muted
      wait()
    },
    close: () => waiting?.cancel(),
  }
}

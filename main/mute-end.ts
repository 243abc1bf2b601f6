/** Takes a mute out of the choices when it ends by itself: whatever shows or heeds it follows from there. */
import { nextMuteEndMs } from './core/mutes.ts'
import type { Mute } from './ipc.ts'

export interface MuteEndDeps {
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly schedule: (callback: () => void, ms: number) => () => void
  readonly onEnd: (muted: readonly Mute[]) => void
}

/** A timer takes no more than 2^31 − 1 ms. */
const LONGEST_MS = 2_147_483_647

export interface MuteEnd {
  follow(muted: readonly Mute[]): void
  close(): void
}

export function createMuteEnd({ now, schedule, onEnd }: MuteEndDeps): MuteEnd {
  let waiting: { readonly forMs: number; readonly cancel: () => void } | null = null
  let last: readonly Mute[] = []

  function wait(): void {
    const endMs = nextMuteEndMs(last, now())
    if (waiting?.forMs === endMs) return
    waiting?.cancel()
    waiting = endMs === null ? null : { forMs: endMs, cancel: schedule(wake, Math.min(LONGEST_MS, endMs - now())) }
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

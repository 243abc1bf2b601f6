/** Removes a mute from the settings when it expires. */
import type { Clock } from '../../common/async/clock.ts'
import { mutesInForce } from '../../common/model/mutes.ts'
import type { Mute } from '../../common/protocol/settings.ts'

export function createMuteEnd({ now, schedule, onEnd }: Clock & { readonly onEnd: (muted: readonly Mute[]) => void }) {
  let timer: { readonly endMs: number; readonly cancel: () => void } | null = null
  let last: readonly Mute[] = []

  function wait(): void {
    // A mute that ended while the machine slept is over as well.
    const endMs = Math.min(...last.flatMap(({ untilMs }) => untilMs ?? []))
    if (timer?.endMs === endMs) return
    timer?.cancel()
    timer = Number.isFinite(endMs) ? { endMs, cancel: schedule(wake, Math.max(0, endMs - now())) } : null
  }

  function wake(): void {
    timer = null
    const left = mutesInForce(last, now())
    if (left.length < last.length) onEnd(left)
    else wait()
  }

  return {
    follow(muted: readonly Mute[]): void {
      last = muted
      wait()
    },
    close: (): void => timer?.cancel(),
  }
}

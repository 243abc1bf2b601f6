/** Removes a mute from the settings when it expires. */
import type { Clock } from '../../async/clock.ts'
import { mutesInForce } from './mutes.ts'
import type { Mute } from '../../protocol/settings.ts'

export function createMuteEnd({ now, schedule, onEnd }: Clock & { readonly onEnd: (muted: readonly Mute[]) => void }) {
  let cancel: (() => void) | null = null

  function follow(muted: readonly Mute[]): void {
    cancel?.()
    // A mute that ended while the machine slept is over as well.
    const endMs = Math.min(...muted.flatMap(({ untilMs }) => untilMs ?? []))
    cancel = Number.isFinite(endMs) ? schedule(() => check(muted), Math.max(0, endMs - now())) : null
  }

  function check(muted: readonly Mute[]): void {
    const left = mutesInForce(muted, now())
    if (left.length < muted.length) onEnd(left)
    else follow(muted)
  }

  return { follow, close: (): void => cancel?.() }
}

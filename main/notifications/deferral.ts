/** Why a notification has to wait. When the reason ends, one summary names what is still unread. */
import { isSilenced, silenceEndMs } from '../../common/model/silence/silence.ts'
import type { DesktopSettings } from '../../common/protocol/settings.ts'
import type { Message } from '../../common/protocol/wire.ts'

export interface IdleState {
  /** The screen is locked, if the system reports that. */
  readonly locked: boolean
  /** Since the last input. */
  readonly idleMs: number
}

export interface DeferralContext {
  readonly settings: DesktopSettings
  readonly idle: IdleState
  readonly nowMs: number
}

const MINUTE_MS = 60_000

/** The user would not see it, or others would: this defers a VIP's message as well. */
const isUnattended = ({ settings: { idleMinutes }, idle: { locked, idleMs } }: DeferralContext): boolean =>
  locked || (idleMinutes !== null && idleMs >= idleMinutes * MINUTE_MS)

/** @param message null for one without a name */
export function isDeferred(server: string, account: string, message: Message | null, context: DeferralContext): boolean {
  return isUnattended(context) || isSilenced(context.settings, server, account, message, context.nowMs)
}

/** When to check again, if nothing happens before; infinite for never. Few systems report that a user is back, so that is polled. */
export const nextCheckMs = (context: DeferralContext): number =>
  Math.min(silenceEndMs(context.settings, context.nowMs), isUnattended(context) ? context.nowMs + MINUTE_MS : Number.POSITIVE_INFINITY)

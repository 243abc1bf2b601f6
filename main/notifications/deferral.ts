/** Pure: why something is not told just now. It is told as part of a summary when that ends, if it is still unread. */
import type { Message } from '../../common/protocol/wire.ts'
import type { DesktopSettings } from '../../common/protocol/settings.ts'
import { isMuted, nextMuteEndMs } from '../../common/model/mutes.ts'
import { quietUntilMs } from '../../common/model/quiet-hours.ts'
import { isVip } from '../../common/model/vips.ts'

/** Who sits there. */
export interface IdleState {
  /** The screen is locked, where the system tells. */
  readonly locked: boolean
  /** Since the person last touched anything. */
  readonly idleMs: number
}

export interface DeferralContext {
  readonly settings: DesktopSettings
  readonly idle: IdleState
  readonly nowMs: number
}

const MINUTE_MS = 60_000

const isAway = ({ settings: { idleMinutes }, idle: { idleMs } }: DeferralContext): boolean =>
  idleMinutes !== null && idleMs >= idleMinutes * MINUTE_MS

/** Nobody is there to see it, or others would: not even who breaks through mute and quiet hours is told then. */
const isUnseen = (moment: DeferralContext): boolean => moment.idle.locked || isAway(moment)

/** Whether a mail of this account is held back; `mail` null is one that nobody can name. */
export function isDeferred(server: string, account: string, mail: Message | null, moment: DeferralContext): boolean {
  const { settings, nowMs } = moment
  if (isUnseen(moment)) return true
  if (mail && isVip(settings.vips, mail.from)) return false
  const scope = { server, account, ...(mail?.folder !== undefined && { folder: mail.folder }) }
  return isMuted(settings.muted, scope, nowMs) || quietUntilMs(settings.quietHours, nowMs) !== null
}

/** When what is held should be looked at again, if nothing happens before. Few systems tell that a person has come back to the machine. */
export function nextCheckMs(moment: DeferralContext): number | null {
  const { settings, nowMs } = moment
  const times = [
    nextMuteEndMs(settings.muted, nowMs),
    quietUntilMs(settings.quietHours, nowMs),
    isUnseen(moment) ? nowMs + MINUTE_MS : null,
  ].filter((time) => time !== null)
  return times.length === 0 ? null : Math.min(...times)
}

/** When a new message is not notified: its account or folder is muted, or it is quiet. Important senders are heard all the same. */
import type { ReaderSettings, Scope } from '../../protocol/settings.ts'
import type { Message } from '../../protocol/wire.ts'
import { isMuted, nextMuteEndMs } from './mutes.ts'
import { quietUntilMs } from './quiet-hours.ts'
import { isVip } from './vips.ts'

/** @param message null for one without a name */
export function isSilenced(settings: ReaderSettings, server: string, account: string, message: Message | null, nowMs: number): boolean {
  if (message && isVip(settings.vips, message.from)) return false
  const scope: Scope = { server, account, ...(message?.folder !== undefined && { folder: message.folder }) }
  return isMuted(settings.muted, scope, nowMs) || quietUntilMs(settings.quietHours, nowMs) !== null
}

/** When to ask again, in epoch milliseconds; infinite if nothing ends by itself. */
export const silenceEndMs = ({ muted, quietHours }: ReaderSettings, nowMs: number): number =>
  Math.min(nextMuteEndMs(muted, nowMs), quietUntilMs(quietHours, nowMs) ?? Number.POSITIVE_INFINITY)

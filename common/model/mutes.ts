/** Pure: what is muted, until when. A mute is of everything, of an account, or of one folder; it never changes a number. */
import type { Mute, Scope } from '../protocol/bridge.ts'

/** How long: an hour, until the next morning, or until the person says so. */
export type MuteFor = 'hour' | 'tomorrow' | 'always'

const HOUR_MS = 3_600_000
/** Tomorrow begins when people do, not at midnight: to whoever is still up, it is the morning that comes. */
const MORNING_HOUR = 8
const LATE_HOUR = 4

/** What a mute may cover: a mail in a folder, an account as a whole, or, where it is null, everything. */
type Covered = Scope | null

const sameScope = (one: Covered, other: Covered): boolean =>
  one?.server === other?.server && one?.account === other?.account && one?.folder === other?.folder

const inForce = ({ untilMs }: Mute, nowMs: number): boolean => untilMs === null || untilMs > nowMs

/** Whether `scope` covers `other`: itself, or a part of it. */
function covers(scope: Covered, other: Covered): boolean {
  if (scope === null) return true
  if (other === null || scope.server !== other.server || scope.account !== other.account) return false
  return scope.folder === undefined || scope.folder === other.folder
}

/** A folder is muted with its account, and an account with everything; null asks whether everything is. */
export const isMuted = (muted: readonly Mute[], scope: Covered, nowMs: number): boolean =>
  muted.some((mute) => inForce(mute, nowMs) && covers(mute.scope, scope))

/** Epoch milliseconds, or null for "until the person says so". The morning is that of the machine's place, whatever its clock does at night. */
export function muteEndMs(muteFor: MuteFor, nowMs: number): number | null {
  if (muteFor === 'always') return null
  if (muteFor === 'hour') return nowMs + HOUR_MS
  const morning = new Date(nowMs)
  if (morning.getHours() >= LATE_HOUR) morning.setDate(morning.getDate() + 1)
  morning.setHours(MORNING_HOUR, 0, 0, 0)
  return morning.getTime()
}

/** With this scope muted until then, in place of what was said of it before; what has ended is left out. */
export const withMute = (muted: readonly Mute[], scope: Covered, untilMs: number | null, nowMs: number): readonly Mute[] => [
  ...muted.filter((mute) => inForce(mute, nowMs) && !sameScope(mute.scope, scope)),
  { scope, untilMs },
]

/** Without what was said of this very scope: what else is muted, more or less than it, stays. */
export const withoutMute = (muted: readonly Mute[], scope: Covered, nowMs: number): readonly Mute[] =>
  muted.filter((mute) => inForce(mute, nowMs) && !sameScope(mute.scope, scope))

/** When the next mute ends by itself; null where none does. */
export function nextMuteEndMs(muted: readonly Mute[], nowMs: number): number | null {
  const ends = muted.flatMap(({ untilMs }) => (untilMs !== null && untilMs > nowMs ? [untilMs] : []))
  return ends.length === 0 ? null : Math.min(...ends)
}

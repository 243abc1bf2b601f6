/** What is muted, and until when. A mute never changes a number. */
import type { MuteForm } from '../../protocol/bridge.ts'
import type { Mute, MuteUntil, Scope } from '../../protocol/settings.ts'
import { covers, isSameScope } from './scopes.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const MORNING_HOUR = 8
/** Before this hour, "tomorrow" is the same day's morning. */
const DAY_BEGINS_HOUR = 4

/** What every menu offers, each with its word. */
export const MUTE_CHOICES = [
  [{ minutes: 10 }, 'muteMinutes'],
  ['hour', 'muteHour'],
  ['tomorrow', 'muteTomorrow'],
  ['always', 'muteAlways'],
] as const satisfies readonly (readonly [MuteUntil, string])[]

const isInForce = ({ untilMs }: Mute, nowMs: number): boolean => untilMs === null || untilMs > nowMs

export const mutesInForce = (muted: readonly Mute[], nowMs: number): readonly Mute[] => muted.filter((mute) => isInForce(mute, nowMs))

/** A folder is muted with its account, and an account with everything; a `scope` of null means everything. */
export const isMuted = (muted: readonly Mute[], scope: Scope | null, nowMs: number): boolean =>
  muted.some((mute) => isInForce(mute, nowMs) && covers(mute.scope, scope))

export const muteOfAll = (muted: readonly Mute[]): Mute | null => muted.find(({ scope }) => scope === null) ?? null

/** The widest mute that covers the scope, which has to end first. */
export function muteOf(muted: readonly Mute[], scope: Scope): Mute | null {
  const covering = muted.filter((mute) => covers(mute.scope, scope))
  return muteOfAll(covering) ?? covering.find((mute) => mute.scope?.folder === undefined) ?? covering[0] ?? null
}

/** Epoch milliseconds by the local clock, also across a clock change; null if only the user ends the mute. */
export function muteEndMs(until: Exclude<MuteUntil, 'off'>, nowMs: number): number | null {
  if (until === 'always') return null
  if (typeof until === 'object') return nowMs + until.minutes * MINUTE_MS
  if (until === 'hour') return nowMs + HOUR_MS
  const morning = new Date(nowMs)
  if (morning.getHours() >= DAY_BEGINS_HOUR) morning.setDate(morning.getDate() + 1)
  morning.setHours(MORNING_HOUR, 0, 0, 0)
  return morning.getTime()
}

/** With this scope muted until then, in place of an earlier mute of the same scope; ended mutes are dropped. */
export const withMute = (muted: readonly Mute[], scope: Scope | null, untilMs: number | null, nowMs: number): readonly Mute[] => [
  ...withoutMute(muted, scope, nowMs),
  { scope, untilMs },
]

/** Without the mute of exactly this scope; wider and narrower mutes stay. */
export const withoutMute = (muted: readonly Mute[], scope: Scope | null, nowMs: number): readonly Mute[] =>
  mutesInForce(muted, nowMs).filter((mute) => !isSameScope(mute.scope, scope))

/** With this choice of a menu in force. */
export const mutesAfter = (muted: readonly Mute[], { scope, until }: MuteForm, nowMs: number): readonly Mute[] =>
  until === 'off' ? withoutMute(muted, scope, nowMs) : withMute(muted, scope, muteEndMs(until, nowMs), nowMs)

/** When the next mute expires; infinite if none does. */
export const nextMuteEndMs = (muted: readonly Mute[], nowMs: number): number =>
  Math.min(...mutesInForce(muted, nowMs).map(({ untilMs }) => untilMs ?? Number.POSITIVE_INFINITY))

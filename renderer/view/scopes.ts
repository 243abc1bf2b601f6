/** What of an account or a folder is muted, and what is left out of the number. */
import type { Mute, Scope } from '../../common/protocol/bridge.ts'

const isSame = (one: Scope, other: Scope): boolean =>
  one.server === other.server && one.account === other.account && one.folder === other.folder

const covers = (scope: Scope | null, of: Scope): boolean =>
  scope === null || isSame(scope, of) || (scope.folder === undefined && scope.server === of.server && scope.account === of.account)

/** The mute of everything. */
export const muteOfAll = (muted: readonly Mute[]): Mute | null => muted.find(({ scope }) => scope === null) ?? null

/** The widest mute that covers it: to hear of it again, that one is to end first. What has ended is taken away by main. */
export function muteOf(muted: readonly Mute[], scope: Scope): Mute | null {
  const covering = muted.filter((mute) => covers(mute.scope, scope))
  return muteOfAll(covering) ?? covering.find((mute) => mute.scope?.folder === undefined) ?? covering[0] ?? null
}

/** `account`: the whole of it is left out, and so is each of its folders. */
export const isLeftOut = (notCounted: readonly Scope[], scope: Scope): boolean => notCounted.some((one) => covers(one, scope))

export const withCounted = (notCounted: readonly Scope[], scope: Scope, counts: boolean): Scope[] => {
  const others = notCounted.filter((one) => !isSame(one, scope))
  return counts ? others : [...others, scope]
}

/** The scope of a mute or an exclusion: an account, one of its folders, or everything (null). */
import type { Scope } from '../../protocol/settings.ts'

export const isSameScope = (one: Scope | null, other: Scope | null): boolean =>
  one?.server === other?.server && one?.account === other?.account && one?.folder === other?.folder

/** Whether `scope` equals or contains `other`. */
export function covers(scope: Scope | null, other: Scope | null): boolean {
  if (scope === null) return true
  if (other === null || scope.server !== other.server || scope.account !== other.account) return false
  return scope.folder === undefined || scope.folder === other.folder
}

/** A folder is excluded with its account. */
export const isLeftOut = (notCounted: readonly Scope[], scope: Scope): boolean => notCounted.some((one) => covers(one, scope))

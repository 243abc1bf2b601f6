/** Which accounts and folders count, as a tree of check boxes over the list of what is left out. */
import { isLeftOut, isSameScope } from '../../common/model/silence/scopes.ts'
import type { Scope } from '../../common/protocol/settings.ts'

export type Counted = 'all' | 'some' | 'none'

export function countedOf(notCounted: readonly Scope[], { server, account }: Scope): Counted {
  if (isLeftOut(notCounted, { server, account })) return 'none'
  return notCounted.some((scope) => scope.server === server && scope.account === account) ? 'some' : 'all'
}

/** This scope alone; an account that counts again leaves its folders as they were. */
export function withCounted(notCounted: readonly Scope[], scope: Scope, counts: boolean): Scope[] {
  const others = notCounted.filter((other) => !isSameScope(other, scope))
  return counts ? others : [...others, scope]
}

/** The whole account counts, or nothing of it. */
export function withAccount(notCounted: readonly Scope[], { server, account }: Scope, counts: boolean): Scope[] {
  const others = notCounted.filter((scope) => scope.server !== server || scope.account !== account)
  return counts ? others : [...others, { server, account }]
}

/** @param folders all known folders of the account: if one of them alone counts again, the others are left out by name */
export function withFolder(notCounted: readonly Scope[], scope: Scope, folders: readonly string[], counts: boolean): Scope[] {
  if (!counts || countedOf(notCounted, scope) !== 'none') return withCounted(notCounted, scope, counts)
  const { server, account } = scope
  const rest = folders.filter((folder) => folder !== scope.folder)
  return [...withAccount(notCounted, scope, true), ...rest.map((folder) => ({ server, account, folder }))]
}

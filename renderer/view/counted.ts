/** Pure: which accounts and folders count, as a tree of check boxes over the list of what is left out. */
import type { Scope } from '../../common/protocol/bridge.ts'

const isSame = (one: Scope, other: Scope): boolean =>
  one.server === other.server && one.account === other.account && one.folder === other.folder

export type Counted = 'all' | 'some' | 'none'

export function countedOf(notCounted: readonly Scope[], { server, account }: Scope): Counted {
  const mine = notCounted.filter((scope) => scope.server === server && scope.account === account)
  if (mine.some(({ folder }) => folder === undefined)) return 'none'
  return mine.length > 0 ? 'some' : 'all'
}

export const isFolderCounted = (notCounted: readonly Scope[], scope: Scope): boolean =>
  countedOf(notCounted, scope) !== 'none' && !notCounted.some((other) => isSame(other, scope))

/** The whole account counts, or nothing of it. */
export function withAccount(notCounted: readonly Scope[], { server, account }: Scope, counts: boolean): Scope[] {
  const others = notCounted.filter((scope) => scope.server !== server || scope.account !== account)
  return counts ? others : [...others, { server, account }]
}

/** `folders` are all that are known of the account: where one alone counts again, the others are left out by name. */
export function withFolder(notCounted: readonly Scope[], scope: Scope, folders: readonly string[], counts: boolean): Scope[] {
  if (!counts) return [...notCounted.filter((other) => !isSame(other, scope)), scope]
  const { server, account } = scope
  if (countedOf(notCounted, scope) !== 'none') return notCounted.filter((other) => !isSame(other, scope))
  const rest = folders.filter((folder) => folder !== scope.folder)
  return [...withAccount(notCounted, scope, true), ...rest.map((folder) => ({ server, account, folder }))]
}

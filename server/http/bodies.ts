/** Response bodies of accounts, as JSON. A change that many polls wait for is serialized once. */
import { accountOf, type BoardReader } from '../board/board.ts'
import type { AccountIds } from '../../common/protocol/wire.ts'
import type { Tag } from '../../common/protocol/headers.ts'

/** How long to reuse a body although `checkedAt` has moved since. */
const REUSE_MS = 1_000

interface CachedBody {
  readonly tag: Tag
  readonly createdAtMs: number
  readonly body: Uint8Array
}

export function createBodies(board: BoardReader, now: () => number) {
  /** The last body of each list, by the list itself; `everything` stands for `*`. */
  const everything = {}
  const withActions = new WeakMap<object, CachedBody>()
  const withoutActions = new WeakMap<object, CachedBody>()

  return {
    account(id: string, canAct: boolean): string {
      const entry = board.get(id)
      return entry ? JSON.stringify(accountOf(entry, canAct)) : ''
    },
    list(ids: AccountIds, tag: Tag, canAct: boolean): Uint8Array {
      const cache = canAct ? withActions : withoutActions
      const key = ids === '*' ? everything : ids
      const cached = cache.get(key)
      const createdAtMs = now()
      if (cached?.tag === tag && createdAtMs - cached.createdAtMs < REUSE_MS) return cached.body
      const body = Buffer.from(JSON.stringify({ accounts: Array.from(board.entries(ids), (entry) => accountOf(entry, canAct)) }))
      cache.set(key, { tag, createdAtMs, body })
      return body
    },
  }
}

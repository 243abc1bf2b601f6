/** Response bodies of accounts, as JSON. A change that many polls wait for is serialized once. */
import { accountOf, type BoardReader } from '../board/board.ts'
import type { Entry } from '../board/entries.ts'
import type { AccountIds } from '../../common/protocol/wire.ts'
import type { Tag } from '../../common/protocol/headers.ts'

/** How long to reuse a body although `checkedAt` has moved since. */
const REUSE_MS = 1_000

/** Accounts in one text: a text has at most half a gigabyte. */
const SLICE = 500

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
    account: (entry: Entry, canAct: boolean): string => JSON.stringify(accountOf(entry, canAct)),
    list(ids: AccountIds, tag: Tag, canAct: boolean): Uint8Array {
      const cache = canAct ? withActions : withoutActions
      const key = ids === '*' ? everything : ids
      const cached = cache.get(key)
      const createdAtMs = now()
      if (cached?.tag === tag && createdAtMs - cached.createdAtMs < REUSE_MS) return cached.body
      const body = listBody(board.entries(ids), canAct)
      cache.set(key, { tag, createdAtMs, body })
      return body
    },
  }
}

function listBody(entries: Iterable<Entry>, canAct: boolean): Uint8Array {
  const parts: Buffer[] = []
  let slice: string[] = []
  const flush = (): void => {
    if (slice.length > 0) parts.push(Buffer.from(`${parts.length > 0 ? ',' : ''}${slice.join(',')}`))
    slice = []
  }
  for (const entry of entries) if (slice.push(JSON.stringify(accountOf(entry, canAct))) === SLICE) flush()
  flush()
  return Buffer.concat([Buffer.from('{"accounts":['), ...parts, Buffer.from(']}')])
}

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

/** Formats a time once for all accounts that were counted at it. */
function createTimes(): (ms: number) => string {
  let last = Number.NaN
  let text = ''
  return (ms) => {
    if (ms !== last) text = new Date(ms).toISOString()
    last = ms
    return text
  }
}

export function createBodies(board: BoardReader, now: () => number) {
  /** The last body of each list, by the list itself; `everything` stands for `*`. */
  const everything = {}
  const withActions = new WeakMap<object, CachedBody>()
  const withoutActions = new WeakMap<object, CachedBody>()
  const timeOf = createTimes()
  const jsonOf = (entry: Entry, canAct: boolean): string => JSON.stringify(accountOf(entry, canAct, timeOf))

  return {
    account: jsonOf,
    list(ids: AccountIds, tag: Tag, canAct: boolean): Uint8Array {
      const cache = canAct ? withActions : withoutActions
      const key = ids === '*' ? everything : ids
      const cached = cache.get(key)
      const createdAtMs = now()
      if (cached?.tag === tag && createdAtMs - cached.createdAtMs < REUSE_MS) return cached.body
      const body = listBody(Iterator.from(board.entries(ids)).map((entry) => jsonOf(entry, canAct)))
      cache.set(key, { tag, createdAtMs, body })
      return body
    },
  }
}

function listBody(accounts: Iterable<string>): Uint8Array {
  const parts: Buffer[] = []
  let slice: string[] = []
  const flush = (): void => {
    if (slice.length > 0) parts.push(Buffer.from(`${parts.length > 0 ? ',' : ''}${slice.join(',')}`))
    slice = []
  }
  for (const account of accounts) if (slice.push(account) === SLICE) flush()
  flush()
  return Buffer.concat([Buffer.from('{"accounts":['), ...parts, Buffer.from(']}')])
}

/** Pure: what the notifications remember, from one state to the next and from one run of the app to the next. */
import { z } from 'zod'
import type { Message } from '../../common/protocol/wire.ts'
import { keyOf, type MessageKey, type MessageKeyRef } from './message-keys.ts'
import type { Known } from './new-messages.ts'

/** Seen in `latest`, the most recent last. */
export type SeenMessage = MessageKey

/** Told of when whatever holds it back ends, if it is still unread then. */
export interface Deferred {
  readonly mails: readonly MessageKeyRef[]
  /** Those that nobody could name. */
  readonly nameless: number
}

/** News that are still gathering; what was known before stands until they are told. */
interface Burst {
  readonly openedMs: number
  readonly lastMs: number
  /** What it comes to by now; when that changes, it is not quiet yet. */
  readonly sign: string
}

export interface AccountMemory {
  readonly known: Known
  readonly seen: readonly SeenMessage[]
  readonly held: Deferred
  readonly burst: Burst | null
}

/** By `hashOfAccount`. */
export type AccountMemories = ReadonlyMap<string, AccountMemory>

export const NOTHING_DEFERRED: Deferred = { mails: [], nameless: 0 }

/** As many mails are remembered for an account: many times what `latest` shows at once. */
const SEEN = 500

export function withSeen(
  before: readonly SeenMessage[],
  server: string,
  account: string,
  latest: readonly Message[] = [],
): readonly SeenMessage[] {
  const keys = latest.toReversed().map((mail) => keyOf(server, account, mail))
  const ids = new Set(keys.map(({ id }) => id))
  const newest = before.slice(-keys.length)
  if (keys.length > 0 && keys.every(({ id }, at) => newest[at]?.id === id)) return before
  return [...before.filter(({ id }) => !ids.has(id)), ...keys].slice(-SEEN)
}

/** Where each content was seen first. */
export function placesOf(memories: AccountMemories): ReadonlyMap<string, string> {
  const places = new Map<string, string>()
  for (const { seen } of memories.values())
    for (const { content, place } of seen) if (content !== null && !places.has(content)) places.set(content, place)
  return places
}

const Hash = z.string().max(40)
const StoredHistory = z.object({
  lastMs: z.number(),
  accounts: z.array(
    z.object({
      account: Hash,
      unread: z.int().min(0),
      outOfSight: z.int().min(0).nullable(),
      newest: z.string().max(40),
      unnamed: z.int().min(0),
      unnamedUntilMs: z.number(),
      unexplained: z.int().min(0),
      seen: z.array(z.tuple([Hash, Hash.nullable(), Hash])).max(SEEN),
      held: z.array(z.tuple([Hash, Hash.nullable(), z.string().max(40)])),
      heldNameless: z.int().min(0),
    }),
  ),
})
export type StoredHistory = z.infer<typeof StoredHistory>

/** For a file: hashes and numbers. A burst that has not been told yet is found again by what was known before it. */
export function toStored(memories: AccountMemories, lastMs: number): StoredHistory {
  const accounts = Array.from(memories, ([account, { known, seen, held }]) => ({
    account,
    ...known,
    seen: seen.map(({ id, content, place }): [string, string | null, string] => [id, content, place]),
    held: held.mails.map(({ id, content, date }): [string, string | null, string] => [id, content, date]),
    heldNameless: held.nameless,
  }))
  return { lastMs, accounts }
}

/** Null where it is nothing that `toKept` has made: then everything is as at the first start. */
export function fromStored(kept: unknown): { readonly memories: AccountMemories; readonly lastMs: number } | null {
  const parsed = StoredHistory.safeParse(kept)
  if (!parsed.success) return null
  const memories = parsed.data.accounts.map(
    ({ account, unread, outOfSight, newest, unnamed, unnamedUntilMs, unexplained, seen, held, heldNameless }) => {
      const memory: AccountMemory = {
        known: { unread, outOfSight, newest, unnamed, unnamedUntilMs, unexplained },
        seen: seen.map(([id, content, place]) => ({ id, content, place })),
        held: { mails: held.map(([id, content, date]) => ({ id, content, date })), nameless: heldNameless },
        burst: null,
      }
      return [account, memory] as const
    },
  )
  return { memories: new Map(memories), lastMs: parsed.data.lastMs }
}

/** The memory of the notifications, between states and between runs of the app. */
import { z } from 'zod'
import type { ArrivalMemory } from '../../common/model/new-messages.ts'
import { MAX_SEEN } from '../../common/model/seen-messages.ts'
import type { MessageKeyRef } from './message-keys.ts'

/** Messages that are notified when the deferral ends, if they are still unread then. */
export interface Deferred {
  readonly messages: readonly MessageKeyRef[]
  /** Those without a name. */
  readonly nameless: number
}

/** New messages that are still coming in; what was known before them stands until they are notified. */
export interface Burst {
  readonly openedMs: number
  readonly lastMs: number
  /** What has arrived so far; when it changes, the burst goes on. */
  readonly signature: string
}

export interface AccountMemory extends ArrivalMemory {
  readonly deferred: Deferred
  readonly burst: Burst | null
}

/** By `hashOfAccount`. */
export type AccountMemories = ReadonlyMap<string, AccountMemory>

export const NOTHING_DEFERRED: Deferred = { messages: [], nameless: 0 }

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
      seen: z.array(z.tuple([Hash, Hash.nullable(), Hash])).max(MAX_SEEN),
      held: z.array(z.tuple([Hash, Hash.nullable(), z.string().max(40)])),
      heldNameless: z.int().min(0),
    }),
  ),
})
export type StoredHistory = z.infer<typeof StoredHistory>

/** Hashes and numbers, for a file. The next run finds an open burst again by what was known before it. */
export function toStored(memories: AccountMemories, lastMs: number): StoredHistory {
  const accounts = Array.from(memories, ([account, { known, seen, deferred }]) => ({
    account,
    ...known,
    seen: seen.map(({ id, content, place }): [string, string | null, string] => [id, content, place]),
    held: deferred.messages.map(({ id, content, date }): [string, string | null, string] => [id, content, date]),
    heldNameless: deferred.nameless,
  }))
  return { lastMs, accounts }
}

/** Null for anything but what `toStored` makes; then the app starts as for the first time. */
export function fromStored(stored: unknown): { readonly memories: AccountMemories; readonly lastMs: number } | null {
  const parsed = StoredHistory.safeParse(stored)
  if (!parsed.success) return null
  const memories = parsed.data.accounts.map(({ account, seen, held, heldNameless, ...known }): [string, AccountMemory] => [
    account,
    {
      known,
      seen: seen.map(([id, content, place]) => ({ id, content, place })),
      deferred: { messages: held.map(([id, content, date]) => ({ id, content, date })), nameless: heldNameless },
      burst: null,
    },
  ])
  return { memories: new Map(memories), lastMs: parsed.data.lastMs }
}

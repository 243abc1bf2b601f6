/**
 * The accounts that came by PUT: how many there may be and how large, per token and in all. What a program reports stays until it is deleted, so that without a limit it would fill memory and disk.
 */
import { createLargeMap } from '../platform/large-map.ts'
import { slicesOf } from '../platform/turns.ts'
import type { Counts } from '../sources/source.ts'
import type { BoardBackend, PushedCounts, PutOutcome } from './backend.ts'
import { bytesOf } from './board.ts'

export const DEFAULT_PUSH_CAPS = {
  accounts: 200_000,
  accountsPerToken: 100_000,
  /** Of the counts as JSON. */
  bytes: 64 * 1024 * 1024,
  bytesPerToken: 32 * 1024 * 1024,
}
export type PushCaps = Readonly<typeof DEFAULT_PUSH_CAPS>

/** What is known of an account; replaced, never changed in place. Not its counts, which the board has. */
interface Entry {
  /** The name of the token that reported it last; null if that is not known: before a restart, or by another machine. */
  readonly token: string | null
  readonly bytes: number
}

interface Usage {
  accounts: number
  bytes: number
}

export type PushOutcome = PutOutcome | { readonly kind: 'full'; readonly cap: keyof PushCaps; readonly max: number }
export type PushedAccounts = ReturnType<typeof createPushedAccounts>

export const sizeOf = (id: string, counts: Counts): number => id.length + bytesOf(counts)

export function createPushedAccounts(backend: BoardBackend, caps: PushCaps) {
  const { board } = backend
  const entries = createLargeMap<Entry>()
  const all: Usage = { accounts: 0, bytes: 0 }
  const perToken = new Map<string, Usage>()

  function usageOf(token: string): Usage {
    const usage = perToken.get(token) ?? { accounts: 0, bytes: 0 }
    perToken.set(token, usage)
    return usage
  }

  function add({ token, bytes }: Entry, sign: 1 | -1): void {
    for (const usage of token === null ? [all] : [all, usageOf(token)]) {
      usage.accounts += sign
      usage.bytes += sign * bytes
    }
  }

  function set(id: string, entry: Entry | undefined): void {
    const known = entries.get(id)
    if (known) add(known, -1)
    if (entry) {
      add(entry, 1)
      entries.set(id, entry)
    } else entries.delete(id)
  }

  /** Follows what did not come by this machine's `put`. */
  function update(id: string): void {
    const countsBytes = board.get(id)?.countsBytes ?? 0
    const known = entries.get(id)
    const bytes = id.length + countsBytes
    if (countsBytes === 0 || !backend.isPushed(id)) {
      if (known) set(id, undefined)
    } else if (known?.bytes !== bytes) set(id, { token: known?.token ?? null, bytes })
  }

  /** The cap that has been exceeded since; what has not grown may exceed it. */
  function exceededCap(used: Usage, usedBefore: Usage, before: Usage): keyof PushCaps | null {
    if (used.accounts > usedBefore.accounts && used.accounts > caps.accountsPerToken) return 'accountsPerToken'
    if (used.bytes > usedBefore.bytes && used.bytes > caps.bytesPerToken) return 'bytesPerToken'
    if (all.accounts > before.accounts && all.accounts > caps.accounts) return 'accounts'
    if (all.bytes > before.bytes && all.bytes > caps.bytes) return 'bytes'
    return null
  }

  let unsubscribe: (() => void) | null = null

  return {
    /** Follows the board, and counts what it has already. Call it once the sources have claimed theirs. */
    async start(): Promise<void> {
      unsubscribe = board.subscribe((changed) => changed.forEach(update))
      for await (const slice of slicesOf(board.entries('*'))) for (const { id } of slice) update(id)
    },
    /** Puts the counts of a token's program on the board: all of them, or none. */
    async put(token: string, accounts: readonly PushedCounts[]): Promise<PushOutcome> {
      const used = usageOf(token)
      const usedBefore = { ...used }
      const before = { ...all }
      // Before they are written, so that what is written at the same time cannot exceed a cap together.
      const replaced = accounts.map(({ id, counts }) => {
        const known = entries.get(id)
        const entry = { token, bytes: sizeOf(id, counts) }
        set(id, entry)
        return { id, entry, known }
      })
      const undo = (): void => {
        for (const { id, entry, known } of replaced.toReversed()) if (entries.get(id) === entry) set(id, known)
      }
      const cap = exceededCap(used, usedBefore, before)
      if (cap !== null) {
        undo()
        return { kind: 'full', cap, max: caps[cap] }
      }
      const outcome = await backend.put(accounts)
      if (outcome.kind !== 'done') undo()
      return outcome
    },
    close: (): void => unsubscribe?.(),
  }
}

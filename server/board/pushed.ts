/**
 * The accounts that came by PUT: how many there may be and how large, per token and in all, and until when each number
 * is valid. What a program reports stays until it is deleted, so that without a limit it would fill memory and disk.
 */
import type { Clock } from '../../common/async/clock.ts'
import type { Counts } from '../sources/source.ts'
import type { BoardBackend, PushedCounts, PutOutcome } from './backend.ts'

export const DEFAULT_PUSH_CAPS = {
  accounts: 200_000,
  accountsPerToken: 100_000,
  /** Of the counts as JSON. */
  bytes: 64 * 1024 * 1024,
  bytesPerToken: 32 * 1024 * 1024,
}
export type PushCaps = Readonly<typeof DEFAULT_PUSH_CAPS>

/** An account as a program reports it. */
export interface PushedAccount extends PushedCounts {
  /** Seconds after which the number is stale unless it is reported again; undefined for no end. */
  readonly validFor: number | undefined
}

/** What is known of an account; replaced, never changed in place. */
interface Entry {
  /** The name of the token that reported it last; null if that is not known: before a restart, or by another machine. */
  readonly token: string | null
  readonly counts: Counts
  readonly bytes: number
}

interface Usage {
  accounts: number
  bytes: number
}

/** The end of a number's validity. */
interface Deadline {
  readonly atMs: number
  readonly validFor: number
  /** The time of the report: with another one, the number has been reported again elsewhere. */
  readonly checkedAtMs: number | null
}

export type PushOutcome = PutOutcome | { readonly kind: 'full'; readonly cap: keyof PushCaps; readonly max: number }
export type PushedAccounts = ReturnType<typeof createPushedAccounts>

/** Between two passes over the deadlines. */
const MIN_PAUSE_MS = 1_000
/** Until the next try to mark numbers as stale on a board that cannot be written. */
const RETRY_MS = 5_000

export const sizeOf = (id: string, counts: Counts): number => id.length + JSON.stringify(counts).length

export function createPushedAccounts(backend: BoardBackend, caps: PushCaps, { now, schedule }: Clock) {
  const { board } = backend
  const entries = new Map<string, Entry>()
  const all: Usage = { accounts: 0, bytes: 0 }
  const perToken = new Map<string, Usage>()
  const deadlines = new Map<string, Deadline>()
  let cancelTimer: (() => void) | null = null
  let timerAtMs = Infinity

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
    } else {
      entries.delete(id)
      deadlines.delete(id)
    }
  }

  /** Follows what did not come by this machine's `put`. */
  function update(id: string): void {
    const counts = board.get(id)?.counts
    const known = entries.get(id)
    if (!counts || !backend.isPushed(id)) {
      if (known) set(id, undefined)
    } else if (known?.counts !== counts) set(id, { token: known?.token ?? null, counts, bytes: sizeOf(id, counts) })
  }

  /** The cap that these would exceed, or null. What does not grow is accepted in any case. */
  function exceededCap(token: string, added: ReadonlyMap<string, Entry>): keyof PushCaps | null {
    const growth = { accounts: 0, bytes: 0 }
    const ownGrowth = { accounts: 0, bytes: 0 }
    for (const [id, { bytes }] of added) {
      const known = entries.get(id)
      const own = known?.token === token ? known : undefined
      growth.accounts += known ? 0 : 1
      growth.bytes += bytes - (known?.bytes ?? 0)
      ownGrowth.accounts += own ? 0 : 1
      ownGrowth.bytes += bytes - (own?.bytes ?? 0)
    }
    const used = usageOf(token)
    if (ownGrowth.accounts > 0 && used.accounts + ownGrowth.accounts > caps.accountsPerToken) return 'accountsPerToken'
    if (ownGrowth.bytes > 0 && used.bytes + ownGrowth.bytes > caps.bytesPerToken) return 'bytesPerToken'
    if (growth.accounts > 0 && all.accounts + growth.accounts > caps.accounts) return 'accounts'
    if (growth.bytes > 0 && all.bytes + growth.bytes > caps.bytes) return 'bytes'
    return null
  }

  function expect(id: string, validFor: number | undefined): void {
    if (validFor === undefined) return void deadlines.delete(id)
    const atMs = now() + validFor * 1_000
    deadlines.set(id, { atMs, validFor, checkedAtMs: board.get(id)?.checkedAtMs ?? null })
    arm(atMs)
  }

  function arm(atMs: number): void {
    if (atMs >= timerAtMs) return
    cancelTimer?.()
    timerAtMs = atMs
    cancelTimer = schedule(expire, Math.max(MIN_PAUSE_MS, Math.ceil(atMs - now())))
  }

  function expire(): void {
    cancelTimer = null
    timerAtMs = Infinity
    const ended = new Map<string, Deadline>()
    const stale: PushedCounts[] = []
    let nextMs = Infinity
    for (const [id, deadline] of deadlines) {
      const { atMs, validFor, checkedAtMs } = deadline
      if (atMs > now()) {
        nextMs = Math.min(nextMs, atMs)
        continue
      }
      deadlines.delete(id)
      const { counts, checkedAtMs: lastMs } = board.get(id) ?? {}
      if (!counts || lastMs !== checkedAtMs || !backend.isPushed(id)) continue
      stale.push({ id, counts, stale: { checkedAtMs, error: { code: 'network', message: silentFor(validFor) } } })
      ended.set(id, deadline)
    }
    if (stale.length > 0) void markStale(stale, ended)
    arm(nextMs)
  }

  async function markStale(stale: readonly PushedCounts[], ended: ReadonlyMap<string, Deadline>): Promise<void> {
    const { kind } = await backend.put(stale)
    if (kind === 'done') return
    const atMs = now() + RETRY_MS
    for (const [id, deadline] of ended) if (!deadlines.has(id)) deadlines.set(id, { ...deadline, atMs })
    arm(atMs)
  }

  const unsubscribe = board.subscribe((changed) => {
    for (const id of changed) update(id)
  })

  return {
    /** Counts what the board has already. Call it once the sources have claimed theirs. */
    start(): void {
      for (const { id } of board.entries('*')) update(id)
    },
    /** Puts the counts of a token's program on the board: all of them, or none. */
    async put(token: string, accounts: readonly PushedAccount[]): Promise<PushOutcome> {
      const added = new Map(accounts.map(({ id, counts }) => [id, { token, counts, bytes: sizeOf(id, counts) }]))
      const cap = exceededCap(token, added)
      if (cap !== null) return { kind: 'full', cap, max: caps[cap] }
      const before = Array.from(added.keys(), (id) => [id, entries.get(id)] as const)
      // Before they are written, so that what is written at the same time cannot exceed a cap together.
      for (const [id, entry] of added) set(id, entry)
      const outcome = await backend.put(accounts)
      if (outcome.kind === 'done') for (const { id, validFor } of accounts) expect(id, validFor)
      else for (const [id, known] of before) if (entries.get(id) === added.get(id)) set(id, known)
      return outcome
    },
    close(): void {
      unsubscribe()
      cancelTimer?.()
    },
  }
}

const silentFor = (seconds: number): string =>
  `The program that reports this number has not done so for ${seconds} s; the number may be old.`

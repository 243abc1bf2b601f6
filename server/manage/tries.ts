/** Tries of accounts, which clients follow by polls. Pure: time comes from outside. */
import type { Schedule } from '../../common/async/clock.ts'
import type { TryState } from '../../common/protocol/manage.ts'
import type { TakeRedirectAddress } from '../auth/oauth/sign-in.ts'

/** Each try connects to a host that a client names, and signs in there. */
const MAX_RUNNING = 4
const MAX_STARTS = 20
const WINDOW_MS = 60_000
/** How long the result of a try can be read. */
const RESULT_MS = 120_000

/** Shows a state. `take`: what can be brought to a sign-in until the next state is shown, and whether that is what it waits for. */
export type ShowTry = (state: TryState, take?: TakeRedirectAddress | null) => void

export const isLast = ({ kind }: TryState): boolean => kind === 'done' || kind === 'failed'

export interface Try {
  readonly state: TryState
  /** Grows with each state. */
  readonly rev: number
  /** Calls back once at the next state; returns a function that ends that. */
  onNext(listener: () => void): () => void
}

interface TriesDeps {
  /** Monotonic milliseconds. */
  readonly now: () => number
  readonly schedule: Schedule
  readonly newId: () => string
}

export function createTries({ now, schedule, newId }: TriesDeps) {
  const tries = new Map<string, { readonly owner: string; readonly followed: Followed; readonly cancel: AbortController }>()
  let starts: readonly number[] = []

  async function finish(id: string, { show }: Followed, ended: Promise<TryState>): Promise<void> {
    show(await ended)
    schedule(() => tries.delete(id), RESULT_MS)
  }

  return {
    /**
     * @param owner the name of the token that may follow the try
     * @param run resolves with the last state; its `signal` aborts if the try is cancelled
     * @returns null if there are too many
     */
    start(owner: string, run: (show: ShowTry, signal: AbortSignal) => Promise<TryState>): string | null {
      starts = starts.filter((startedMs) => startedMs > now() - WINDOW_MS)
      const running = [...tries.values()].filter(({ followed }) => !isLast(followed.state)).length
      if (running >= MAX_RUNNING || starts.length >= MAX_STARTS) return null
      starts = [...starts, now()]
      const id = newId()
      const followed = createFollowed()
      const cancel = new AbortController()
      tries.set(id, { owner, followed, cancel })
      void finish(id, followed, run(followed.show, cancel.signal))
      return id
    },
    /** Null for an unknown one, or that of another token. */
    find(owner: string, id: string): Try | null {
      const found = tries.get(id)
      return found?.owner === owner ? found.followed : null
    },
    cancel(owner: string, id: string): boolean {
      const found = tries.get(id)
      if (found?.owner !== owner) return false
      found.cancel.abort()
      return true
    },
    /** True if the sign-in takes this address. Null if none waits for one. */
    take(owner: string, id: string, address: string): boolean | null {
      const found = tries.get(id)
      return found?.owner === owner ? found.followed.take(address) : null
    },
    /** Ends them all: each answers that the server restarts. */
    close(): void {
      for (const { followed, cancel } of tries.values()) {
        cancel.abort()
        followed.show({ kind: 'failed', code: 'restarting', message: 'The server is shutting down; nothing was changed.' })
      }
    },
  }
}

type Followed = ReturnType<typeof createFollowed>

function createFollowed() {
  const listeners = new Set<() => void>()
  let state: TryState = { kind: 'step', step: null }
  let rev = 1
  let takeRedirectAddress: TakeRedirectAddress | null = null

  function show(next: TryState, take: TakeRedirectAddress | null = null): void {
    if (isLast(state)) return
    state = next
    takeRedirectAddress = take
    rev += 1
    const waiting = [...listeners]
    listeners.clear()
    for (const listener of waiting) listener()
  }

  return {
    get state() {
      return state
    },
    get rev() {
      return rev
    },
    onNext(listener: () => void): () => void {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    take(address: string): boolean | null {
      if (takeRedirectAddress === null) return null
      const isTaken = takeRedirectAddress(address)
      if (isTaken) show({ kind: 'step', step: null })
      return isTaken
    },
    /** What follows the last state is ignored. */
    show,
  }
}

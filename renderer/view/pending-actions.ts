/**
 * Actions on messages wait for some seconds, so that they can be undone. The window shows meanwhile what will be
 * (expected-state.ts); what was there comes back with the reason if the mail server refuses. The clock is passed in, and each action brings its
 * request.
 */
import type { Schedule } from '../../common/async/clock.ts'
import { unavailableBy } from '../../common/errors.ts'
import type { AccountRef } from '../../common/model/accounts.ts'
import type { MessageRef } from '../../common/protocol/bridge.ts'
import type { Outcome } from '../../common/protocol/outcome.ts'
import type { MessageAction } from '../../common/protocol/wire.ts'

interface Requested {
  readonly run: () => Promise<Outcome>
}

export interface PendingMessageAction extends Requested {
  /** Of the row. */
  readonly key: string
  readonly at: MessageRef
  readonly action: MessageAction
}

/** Marks everything in an account as read. */
export interface PendingReadAll extends Requested {
  readonly key: string
  readonly at: AccountRef
  readonly action: 'read-all'
  /** Unread messages of the account; null if that is not known. */
  readonly unread: number | null
}

export type PendingAction = PendingMessageAction | PendingReadAll
export const readAll = (at: AccountRef, unread: number | null, run: () => Promise<Outcome>): PendingReadAll => ({
  key: JSON.stringify([at.server, at.account]),
  at,
  action: 'read-all',
  unread,
  run,
})

export type FailedAction = Extract<Outcome, { ok: false }>

/** A message on which an action is pending, running, or done while the server still lists it. */
export interface RemovedMessage extends Sent {
  readonly at: MessageRef
}

/** An account of which everything is marked as read: pending, running, or done while the server still counts it. */
export interface ClearedAccount extends Sent {
  readonly at: AccountRef
}

interface Sent {
  /** The number of the account when the action was sent; null before, or if there was none. */
  readonly unreadBefore: number | null
}

export interface PendingActionsView {
  /** What an undo takes back, the oldest first. */
  readonly pending: readonly PendingAction[]
  /** Messages that are not shown, by the keys of their rows. */
  readonly removed: ReadonlyMap<string, RemovedMessage>
  readonly cleared: readonly ClearedAccount[]
  readonly failed: ReadonlyMap<string, FailedAction>
  /** The last thing that happened was an undo. */
  readonly undone: boolean
}

export type PendingActions = ReturnType<typeof createPendingActions>

/** Time to see the undo bar and to reach it. */
export const UNDO_MS = 7_000
/** Time for a message to leave the server's list after its action; if it stays, its row is shown again. */
export const LEAVING_MS = 5_000

export interface PendingActionsDeps {
  /** What failed has no row that could show it. */
  readonly onReadAllFailed: (outcome: FailedAction) => void
  readonly schedule: Schedule
  /** The present number of an account, as its server reports it. */
  readonly unreadOf: (account: AccountRef) => number | null
}

export function createPendingActions({ onReadAllFailed, schedule, unreadOf }: PendingActionsDeps) {
  const listeners = new Set<() => void>()
  const pending = new Map<string, PendingAction>()
  const running = new Map<string, RemovedMessage | ClearedAccount>()
  const done = new Map<string, RemovedMessage | ClearedAccount>()
  const failed = new Map<string, FailedAction>()
  let undone = false
  let isPaused = false
  let isHidden = false
  let cancelRun: (() => void) | null = null
  let cancelLeaving: (() => void) | null = null
  let view: PendingActionsView = { pending: [], removed: new Map(), cleared: [], failed: new Map(), undone }

  function change(): void {
    const waiting = Array.from(pending, ([key, { at }]) => [key, { at, unreadBefore: null }] as const)
    const all = new Map<string, RemovedMessage | ClearedAccount>([...done, ...running, ...waiting])
    const removed = new Map([...all].filter((entry): entry is [string, RemovedMessage] => 'message' in entry[1].at))
    const cleared = [...all.values()].filter(({ at }) => !('message' in at))
    view = { pending: [...pending.values()], removed, cleared, failed: new Map(failed), undone }
    for (const listener of listeners) listener()
  }

  function armRun(): void {
    cancelRun?.()
    cancelRun = pending.size === 0 || isPaused ? null : schedule(runNow, UNDO_MS)
  }

  function armLeaving(): void {
    cancelLeaving?.()
    cancelLeaving = isHidden || done.size === 0 ? null : schedule(forgetDone, LEAVING_MS)
  }

  function hasFallen(account: AccountRef, unreadBefore: number | null): boolean {
    const unread = unreadOf(account)
    return unread !== null && unreadBefore !== null && unread < unreadBefore
  }

  function forgetDone(): void {
    done.clear()
    armLeaving()
    change()
  }

  function startPending(): readonly Promise<void>[] {
    isPaused = false
    const due = [...pending.values()]
    pending.clear()
    armRun()
    const runs = due.map(runOne)
    if (due.length > 0) change()
    return runs
  }

  const runNow = (): void => void startPending()

  async function runOne({ key, at, action, run }: PendingAction): Promise<void> {
    const removed = { at, unreadBefore: unreadOf(at) }
    running.set(key, removed)
    const outcome = await run().catch(unavailableBy)
    const isAwaited = running.delete(key)
    if (!outcome.ok) failed.set(key, outcome)
    else if (isAwaited) {
      done.set(key, removed)
      armLeaving()
    }
    change()
    // Last, so that a screen reader does not read the number instead.
    if (!outcome.ok && action === 'read-all') onReadAllFailed(outcome)
  }

  return {
    get view() {
      return view
    },
    /** Restarts the time of all pending actions. */
    add(action: PendingAction): void {
      undone = false
      failed.delete(action.key)
      pending.set(action.key, action)
      if (isHidden) return runNow()
      armRun()
      change()
    },
    /** Takes back all pending actions; returns the keys of the rows that come back. */
    undo(): readonly string[] {
      const back = [...pending.keys()]
      pending.clear()
      // The undo bar disappears, so that nothing resumes the time any more.
      isPaused = false
      undone = back.length > 0
      armRun()
      if (back.length > 0) change()
      return back
    },
    /** While the pointer or the focus is on the undo bar, the time is paused; afterwards it restarts. */
    pause(): void {
      isPaused = true
      armRun()
    },
    resume(): void {
      isPaused = false
      armRun()
    },
    /** Runs all pending actions at once: the user has gone on to something else. */
    runNow,
    /** To call after each report of the servers: an account whose number has fallen is shown as it is reported from then on. */
    follow(): void {
      const followed = [running, done].filter((sent) => {
        const fallen = [...sent].filter(([, { at, unreadBefore }]) => !('message' in at) && hasFallen(at, unreadBefore))
        for (const [key] of fallen) sent.delete(key)
        return fallen.length > 0
      })
      if (followed.length > 0) change()
    },
    /** Runs them too; once they have ended, everything is shown as the servers report it. For what changes the numbers next. */
    async settle(): Promise<void> {
      await Promise.all(startPending())
      forgetDone()
    },
    /** Runs them too, and then leaves no time to undo until `show`. */
    hide(): void {
      isHidden = true
      armLeaving()
      runNow()
    },
    show(): void {
      isHidden = false
      armLeaving()
    },
    /** Calls `listener` after every change; returns a function that ends that. */
    onChange(listener: () => void): () => void {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

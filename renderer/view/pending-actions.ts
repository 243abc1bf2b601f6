/**
 * Actions on messages wait for some seconds, so that they can be undone. The window shows meanwhile what will be
 * (expected-state.ts); what was there comes back with the reason if the mail server refuses. The clock is passed in, and
 * each action brings its request.
 */
import type { Schedule } from '../../common/async/clock.ts'
import { unavailableBy } from '../../common/errors.ts'
import type { AccountRef } from '../../common/model/accounts.ts'
import type { MessageRef } from '../../common/protocol/bridge.ts'
import type { Outcome } from '../../common/protocol/outcome.ts'
import type { MessageAction } from '../../common/protocol/wire.ts'

interface Runnable {
  readonly run: () => Promise<Outcome>
}

export interface PendingMessageAction extends Runnable {
  /** Of the row. */
  readonly key: string
  readonly at: MessageRef
  readonly action: MessageAction
}

/** Marks everything in an account as read. */
export interface PendingReadAll extends Runnable {
  readonly key: string
  readonly at: AccountRef
  readonly action: 'read-all'
  /** Unread messages of the account; null if that is not known. */
  readonly unread: number | null
}

export type PendingAction = PendingMessageAction | PendingReadAll
export const pendingReadAll = (at: AccountRef, unread: number | null, run: () => Promise<Outcome>): PendingReadAll => ({
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

/** A number that has fallen since the action was sent is the server's answer to it. */
export const hasFallen = (unread: number | null, unreadBefore: number | null): boolean =>
  unread !== null && unreadBefore !== null && unread < unreadBefore

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
  /** Until they have ended, also if the server has followed before. */
  const runs = new Map<Promise<void>, AccountRef>()
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

  function forgetDone(): void {
    done.clear()
    armLeaving()
    change()
  }

  /** The time of those that stay pending goes on. */
  function takePending(taken: readonly PendingAction[]): void {
    for (const { key } of taken) pending.delete(key)
    if (pending.size > 0) return
    // The undo bar disappears, so that nothing resumes the time any more.
    isPaused = false
    armRun()
  }

  function start(due: readonly PendingAction[]): void {
    takePending(due)
    for (const action of due) {
      const run = runOne(action).finally(() => runs.delete(run))
      runs.set(run, action.at)
    }
    if (due.length > 0) change()
  }

  const runNow = (): void => start([...pending.values()])

  async function runOne({ key, at, action, run }: PendingAction): Promise<void> {
    const sent = { at, unreadBefore: unreadOf(at) }
    running.set(key, sent)
    const outcome = await run().catch(unavailableBy)
    // Neither if the server has followed, nor if the action was sent again.
    const isAwaited = running.get(key) === sent && running.delete(key)
    if (!outcome.ok) failed.set(key, outcome)
    else if (isAwaited) {
      done.set(key, sent)
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
      const back = [...pending.values()]
      takePending(back)
      undone = back.length > 0
      if (undone) change()
      return back.map(({ key }) => key)
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
      let isChanged = false
      for (const sent of [running, done]) {
        for (const [key, { at, unreadBefore }] of sent) {
          if (!('message' in at) && hasFallen(unreadOf(at), unreadBefore)) isChanged = sent.delete(key)
        }
      }
      if (isChanged) change()
    },
    /**
     * Runs those of an account; once all of its actions have ended, it is shown as the server reports it. For what changes
     * its number next.
     */
    async settle({ server, account }: AccountRef): Promise<void> {
      const isThere = (at: AccountRef): boolean => at.server === server && at.account === account
      start([...pending.values()].filter(({ at }) => isThere(at)))
      await Promise.all([...runs].map(([run, at]) => isThere(at) && run))
      for (const [key, { at }] of done) if (isThere(at)) done.delete(key)
      if (done.size === 0) armLeaving()
      change()
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

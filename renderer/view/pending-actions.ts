/**
 * Actions on messages wait for some seconds, so that they can be undone. Their rows are removed from the list meanwhile, and
 * come back with the reason if the mail server refuses. Clock and wire are passed in.
 */
import type { Schedule } from '../../common/async/clock.ts'
import type { MessageRef, ServerMessageRequest } from '../../common/protocol/bridge.ts'
import type { Outcome } from '../../common/protocol/outcome.ts'
import type { MessageAction } from '../../common/protocol/wire.ts'

export interface PendingAction {
  /** Of the row. */
  readonly key: string
  readonly at: MessageRef
  readonly action: MessageAction
}

export type FailedAction = Extract<Outcome, { ok: false }>

export interface PendingActionsView {
  /** What an undo takes back, the oldest first. */
  readonly pending: readonly PendingAction[]
  /** Keys of rows that are not shown: pending, running, or done and still in the server's list. */
  readonly removed: ReadonlySet<string>
  readonly failed: ReadonlyMap<string, FailedAction>
  /** The last thing that happened was an undo. */
  readonly undone: boolean
}

export type PendingActions = ReturnType<typeof createPendingActions>

/** Time to see the undo bar and to reach it. */
export const UNDO_MS = 7_000
/** Time for a message to leave the server's list after its action; if it stays, its row is shown again. */
export const LEAVING_MS = 5_000

export function createPendingActions(run: (request: ServerMessageRequest) => Promise<Outcome>, schedule: Schedule) {
  const listeners = new Set<() => void>()
  const pending = new Map<string, PendingAction>()
  const running = new Set<string>()
  const done = new Set<string>()
  const failed = new Map<string, FailedAction>()
  let undone = false
  let isPaused = false
  let isHidden = false
  let cancelRun: (() => void) | null = null
  let cancelLeaving: (() => void) | null = null
  let view: PendingActionsView = { pending: [], removed: new Set(), failed: new Map(), undone }

  function change(): void {
    const removed = new Set([...pending.keys(), ...running, ...done])
    view = { pending: [...pending.values()], removed, failed: new Map(failed), undone }
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

  function runNow(): void {
    isPaused = false
    const due = [...pending.values()]
    pending.clear()
    armRun()
    for (const action of due) void runOne(action)
    if (due.length > 0) change()
  }

  async function runOne({ key, at, action }: PendingAction): Promise<void> {
    running.add(key)
    const outcome = await run({ ...at, action })
    running.delete(key)
    if (outcome.ok) {
      done.add(key)
      armLeaving()
    } else failed.set(key, outcome)
    change()
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

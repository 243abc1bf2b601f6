/**
 * What was done to mails in the list is held back for some seconds, so that it can be undone. The rows are gone from
 * the list meanwhile, and come back with the reason where the mail server refuses. Clock and wire come from outside.
 */
import type { ServerMessageRequest } from '../../common/protocol/bridge.ts'
import type { Outcome } from '../../common/protocol/outcome.ts'
import type { MessageAction } from '../../common/protocol/wire.ts'

export interface PendingAction {
  /** The row's. */
  readonly key: string
  readonly at: Omit<ServerMessageRequest, 'action'>
  readonly action: MessageAction
}

export type FailedAction = Extract<Outcome, { ok: false }>

export interface PendingActionsView {
  /** What an undo takes back, the oldest first. */
  readonly held: readonly PendingAction[]
  /** Rows that are not shown: held, on their way, or done and not yet gone from the server's list. */
  readonly gone: ReadonlySet<string>
  readonly failed: ReadonlyMap<string, FailedAction>
  /** The last that happened was an undo. */
  readonly undone: boolean
}

export interface PendingActions {
  readonly view: PendingActionsView
  /** Begins the time anew for all that is held. */
  hold(act: PendingAction): void
  /** Takes back all that is held; gives the rows that come back. */
  undo(): readonly string[]
  /** While somebody is at the bar, its time stands still, and begins anew after it. */
  pause(): void
  resume(): void
  /** Does at once what is held: the person has gone on to something else. */
  carryOut(): void
  /** The same, and then runs nothing until `show`: nobody is there to undo it. */
  hide(): void
  show(): void
  /** Calls `listener` after every change; returns what ends that. */
  onChange(listener: () => void): () => void
}

export interface PendingActionsDeps {
  readonly act: (request: ServerMessageRequest) => Promise<Outcome>
  /** Calls back once after `ms`; returns what cancels that. */
  readonly schedule: (callback: () => void, ms: number) => () => void
}

/** Time to see the bar and to reach it. */
export const UNDO_MS = 7_000
/** A mail that was acted on is on its way out of the server's list; where it stays, it is shown again. */
export const LEAVING_MS = 5_000

export function createPendingActions({ act, schedule }: PendingActionsDeps): PendingActions {
  const listeners = new Set<() => void>()
  const held = new Map<string, PendingAction>()
  const onTheWay = new Set<string>()
  const done = new Set<string>()
  const failed = new Map<string, FailedAction>()
  let undone = false
  let paused = false
  let hidden = false
  let cancelHold: (() => void) | null = null
  let cancelLeaving: (() => void) | null = null
  let view: PendingActionsView = { held: [], gone: new Set(), failed: new Map(), undone }

  function change(): void {
    view = { held: [...held.values()], gone: new Set([...held.keys(), ...onTheWay, ...done]), failed: new Map(failed), undone }
    for (const listener of listeners) listener()
  }

  function arm(): void {
    cancelHold?.()
    cancelHold = held.size === 0 || paused ? null : schedule(carryOut, UNDO_MS)
  }

  function carryOut(): void {
    paused = false
    cancelHold?.()
    cancelHold = null
    const due = [...held.values()]
    held.clear()
    for (const one of due) {
      onTheWay.add(one.key)
      void carryOutOne(one)
    }
    if (due.length > 0) change()
  }

  async function carryOutOne({ key, at, action }: PendingAction): Promise<void> {
    const outcome = await act({ ...at, action })
    onTheWay.delete(key)
    if (!outcome.ok) failed.set(key, outcome)
    else {
      done.add(key)
      armLeaving()
    }
    change()
  }

  function armLeaving(): void {
    cancelLeaving?.()
    cancelLeaving = hidden ? null : schedule(forgetDone, LEAVING_MS)
  }

  function forgetDone(): void {
    cancelLeaving?.()
    cancelLeaving = null
    if (done.size === 0) return
    done.clear()
    change()
  }

  return {
    get view() {
      return view
    },
    hold(one) {
      undone = false
      failed.delete(one.key)
      held.set(one.key, one)
      if (hidden) return carryOut()
      arm()
      change()
    },
    undo() {
      const back = [...held.keys()]
      held.clear()
      // The bar goes, and whoever was at it cannot leave it any more.
      paused = false
      undone = back.length > 0
      arm()
      if (back.length > 0) change()
      return back
    },
    pause() {
      paused = true
      arm()
    },
    resume() {
      paused = false
      arm()
    },
    carryOut,
    hide() {
      hidden = true
      cancelLeaving?.()
      cancelLeaving = null
      carryOut()
    },
    show() {
      hidden = false
      if (done.size > 0) armLeaving()
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

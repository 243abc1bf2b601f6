/** Pending actions whose timers and answers the test plays. */
import type { ServerMessageRequest } from '../../../common/protocol/bridge.ts'
import type { MessageAction } from '../../../common/protocol/wire.ts'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import { createPendingActions, type PendingMessageAction, pendingReadAll } from '../../../renderer/view/pending-actions.ts'

export function setUp() {
  const requests: (ServerMessageRequest | 'read-all')[] = []
  const failures: string[] = []
  const timers = new Map<symbol, { readonly callback: () => void; readonly ms: number }>()
  const reported = { unread: 9 }
  const answers: { next: Outcome } = { next: { ok: true } }
  const run = async (request: ServerMessageRequest | 'read-all'): Promise<Outcome> => {
    requests.push(request)
    return answers.next
  }
  const schedule = (callback: () => void, ms: number) => {
    const id = Symbol('timer')
    timers.set(id, { callback, ms })
    return () => void timers.delete(id)
  }
  const actions = createPendingActions({
    onReadAllFailed: (outcome) => void failures.push(outcome.code),
    schedule,
    unreadOf: () => reported.unread,
  })
  /** Fires every timer of this delay. */
  async function pass(ms: number): Promise<void> {
    for (const [id, timer] of timers) {
      if (timer.ms !== ms) continue
      timers.delete(id)
      timer.callback()
    }
    await settled()
  }
  function actionOn(message: string, action: MessageAction = 'archive'): PendingMessageAction {
    const at = { server: 'local', account: 'a', message }
    return { key: message, at, action, run: () => run({ ...at, action }) }
  }
  const readAll = pendingReadAll({ server: 'local', account: 'a' }, 9, () => run('read-all'))
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  return { actions, reported, actionOn, readAll, requests, failures, timers, answers, pass, settled }
}

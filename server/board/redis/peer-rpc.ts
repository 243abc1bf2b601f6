/** Calls of one machine to another: actions are performed by the machine that collects. */
import { ACTION_TIMEOUT_MS, type ActionOutcome, type ActionRequest } from '../../sources/source.ts'
import type { PeerMessage } from './messages.ts'
import type { Node } from './node.ts'

/** Includes the way there and back, beyond the time that the action itself has. */
const ANSWER_MS = ACTION_TIMEOUT_MS + 2_000

const NO_COLLECTOR: ActionOutcome = {
  kind: 'failed',
  error: { code: 'network', message: 'No machine is collecting counts right now; try again shortly.' },
  retryAfterMs: undefined,
}

export function createPeerRpc(node: Node) {
  const { machine, names, newId, schedule, collector } = node
  const pending = new Map<string, (outcome: ActionOutcome) => void>()

  /** Resolves with the number of receivers. */
  const send = async (to: string, message: PeerMessage): Promise<number> =>
    (await node.connection?.commands.publish(names.machine(to), JSON.stringify(message))) ?? 0

  return {
    /** Has the machine that collects perform the action; `to` is empty if none does. */
    async call(to: string, request: ActionRequest): Promise<ActionOutcome> {
      if (to === machine) return await collector.act(request)
      if (to === '') return NO_COLLECTOR
      const ask = newId()
      const { promise, resolve } = Promise.withResolvers<ActionOutcome>()
      pending.set(ask, resolve)
      const cancel = schedule(() => resolve({ kind: 'late' }), ANSWER_MS)
      try {
        const receivers = await send(to, { ask, from: machine, request }).catch(() => 0)
        return receivers === 0 ? NO_COLLECTOR : await promise
      } finally {
        cancel()
        pending.delete(ask)
      }
    },
    receive(message: PeerMessage): void {
      if ('answer' in message) return pending.get(message.answer)?.(message.outcome)
      const { ask, from, request } = message
      collector
        .act(request)
        .then((outcome) => send(from, { answer: ask, outcome }))
        // The caller cannot be reached; there, the call times out.
        .catch(() => undefined)
    },
    /** Ends all pending calls as `late`. */
    close() {
      for (const resolve of pending.values()) resolve({ kind: 'late' })
    },
  }
}

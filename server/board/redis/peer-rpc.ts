/** Calls of one machine to another: actions are performed by the machine that collects. */
import type { Schedule } from '../../platform/clock.ts'
import { ACTION_TIMEOUT_MS, type ActionOutcome, type ActionRequest } from '../../sources/source.ts'
import type { PeerMessage } from './messages.ts'

export interface PeerRpcDeps {
  readonly machine: string
  /** Sends a message to another machine; resolves with the number of its receivers. */
  readonly send: (to: string, message: PeerMessage) => Promise<number>
  /** Performs an action on this machine. */
  readonly act: (request: ActionRequest) => Promise<ActionOutcome>
  readonly newId: () => string
  readonly schedule: Schedule
}

/** Includes the way there and back, beyond the time that the action itself has. */
const ANSWER_MS = ACTION_TIMEOUT_MS + 2_000

const NO_COLLECTOR: ActionOutcome = {
  kind: 'failed',
  error: { code: 'network', message: 'No machine collects at the moment; try again shortly.' },
  retryAfterMs: undefined,
}

export function createPeerRpc({ machine, send, act, newId, schedule }: PeerRpcDeps) {
  const pending = new Map<string, (outcome: ActionOutcome) => void>()

  return {
    /** Has `collector`, the machine that collects, perform the action; empty where none does. */
    async call(collector: string, request: ActionRequest): Promise<ActionOutcome> {
      if (collector === machine) return await act(request)
      if (collector === '') return NO_COLLECTOR
      const ask = newId()
      const { promise, resolve } = Promise.withResolvers<ActionOutcome>()
      pending.set(ask, resolve)
      const cancel = schedule(() => resolve({ kind: 'late' }), ANSWER_MS)
      try {
        const receivers = await send(collector, { ask, from: machine, request }).catch(() => 0)
        return receivers === 0 ? NO_COLLECTOR : await promise
      } finally {
        cancel()
        pending.delete(ask)
      }
    },
    receive(message: PeerMessage): void {
      if ('answer' in message) return pending.get(message.answer)?.(message.outcome)
      const { ask, from, request } = message
      act(request)
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

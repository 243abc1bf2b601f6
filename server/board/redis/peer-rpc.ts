/** Calls of one machine to another: actions are performed by the machine that collects. */
import { within } from '../../../common/async/within.ts'
import { ACTION_TIMEOUT_MS, type ActionOutcome, type ActionRequest } from '../../sources/source.ts'
import type { PeerCall } from './messages.ts'
import type { Machine } from './machine.ts'

/** Includes the way there and back, beyond the time that the action itself has. */
const ANSWER_MS = ACTION_TIMEOUT_MS + 2_000

const NO_COLLECTOR: ActionOutcome = {
  kind: 'failed',
  error: { code: 'network', message: 'No machine is collecting counts right now; try again shortly.' },
  retryAfterMs: undefined,
}

const LATE: ActionOutcome = { kind: 'late' }

export function createPeerRpc(machine: Machine) {
  const { machineId, names, newId, schedule, collector } = machine
  const pending = new Map<string, (outcome: ActionOutcome) => void>()

  /** Resolves with the number of receivers. Rejects where it is unknown whether there are any. */
  const send = async (to: string, message: PeerCall): Promise<number> =>
    (await machine.connection?.commands.publish(names.machine(to), JSON.stringify(message))) ?? 0

  return {
    /** Has the machine that collects perform the action; `to` is empty if none does. */
    async call(to: string, request: ActionRequest): Promise<ActionOutcome> {
      if (to === machineId) return await collector.act(request)
      if (to === '') return NO_COLLECTOR
      const ask = newId()
      const { promise, resolve } = Promise.withResolvers<ActionOutcome>()
      pending.set(ask, resolve)
      try {
        const receivers = await send(to, { ask, from: machineId, request }).catch(() => null)
        // It may arrive yet.
        if (receivers === null) return LATE
        return receivers === 0 ? NO_COLLECTOR : ((await within(promise, ANSWER_MS, schedule)) ?? LATE)
      } finally {
        pending.delete(ask)
      }
    },
    receive(message: PeerCall): void {
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
      for (const resolve of pending.values()) resolve(LATE)
    },
  }
}

/** Asks the machine that collects to change mails, and answers where this one is it. */
import { ACTION_TIMEOUT_MS } from '../../collector/action-queue.ts'
import type { ActionOutcome } from '../../sources/source.ts'
import type { ActionRequest } from '../../sources/source.ts'
import type { PeerRequest } from './messages.ts'

export interface PeerRpcDeps {
  readonly machine: string
  /** A letter to another machine; how many have received it. */
  readonly send: (to: string, letter: PeerRequest) => Promise<number>
  readonly act: (request: ActionRequest) => Promise<ActionOutcome>
  readonly newId: () => string
  readonly schedule: (callback: () => void, ms: number) => () => void
}

export interface PeerRpc {
  /** Asks `collector`, the machine that collects; empty where none does just now. */
  ask(collector: string, request: ActionRequest): Promise<ActionOutcome>
  receive(letter: PeerRequest): void
  /** Whoever waits for an answer is told that it is late. */
  close(): void
}

/** The way there and back, beyond what the other machine takes. */
const ANSWER_MS = ACTION_TIMEOUT_MS + 2_000

const NOBODY: ActionOutcome = {
  kind: 'failed',
  error: { code: 'network', message: 'No machine collects just now; try again in a moment.' },
  retryAfterMs: undefined,
}

export function createPeerRpc({ machine, send, act, newId, schedule }: PeerRpcDeps): PeerRpc {
  const waiting = new Map<string, (outcome: ActionOutcome) => void>()

  return {
    async ask(collector, request) {
      if (collector === machine) return await act(request)
      if (collector === '') return NOBODY
      const ask = newId()
      const { promise, resolve } = Promise.withResolvers<ActionOutcome>()
      waiting.set(ask, resolve)
      const cancel = schedule(() => resolve({ kind: 'late' }), ANSWER_MS)
      try {
        const received = await send(collector, { ask, from: machine, request }).catch(() => 0)
        return received === 0 ? NOBODY : await promise
      } finally {
        cancel()
        waiting.delete(ask)
      }
    },
    receive(letter) {
      if ('answer' in letter) return waiting.get(letter.answer)?.(letter.outcome)
      const { ask, from, request } = letter
      act(request)
        .then((outcome) => send(from, { answer: ask, outcome }))
        // Nobody is there to be told: whoever asked is told that it is late.
        .catch(() => undefined)
    },
    close() {
      for (const resolve of waiting.values()) resolve({ kind: 'late' })
    },
  }
}

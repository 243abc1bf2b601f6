/** Asks the machine that collects to change mails, and answers where this one is it. */
import { ACT_MS, type ActOutcome } from '../act-queue.ts'
import type { ActRequest } from '../sources/source.ts'
import type { Letter } from './messages.ts'

export interface LettersDeps {
  readonly machine: string
  /** A letter to another machine; how many have received it. */
  readonly send: (to: string, letter: Letter) => Promise<number>
  readonly act: (request: ActRequest) => Promise<ActOutcome>
  readonly newId: () => string
  readonly schedule: (callback: () => void, ms: number) => () => void
}

export interface Letters {
  /** Asks `collector`, the machine that collects; empty where none does just now. */
  ask(collector: string, request: ActRequest): Promise<ActOutcome>
  receive(letter: Letter): void
  /** Whoever waits for an answer is told that it is late. */
  close(): void
}

/** The way there and back, beyond what the other machine takes. */
const ANSWER_MS = ACT_MS + 2_000

const NOBODY: ActOutcome = {
  kind: 'failed',
  error: { code: 'network', message: 'No machine collects just now; try again in a moment.' },
  retryAfterMs: undefined,
}

export function createLetters({ machine, send, act, newId, schedule }: LettersDeps): Letters {
  const waiting = new Map<string, (outcome: ActOutcome) => void>()

  return {
    async ask(collector, request) {
      if (collector === machine) return await act(request)
      if (collector === '') return NOBODY
      const ask = newId()
      const { promise, resolve } = Promise.withResolvers<ActOutcome>()
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

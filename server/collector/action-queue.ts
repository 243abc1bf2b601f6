/**
 * What persons want done with mails of one source: an account's one after another, each within its time, and no more
 * of them waiting than somebody would click.
 */
import { createSerialQueue, type SerialQueue } from '../../common/async/serial-queue.ts'
import type { AccountError } from '../../common/protocol/wire.ts'
import type { ActionOutcome, ActionRequest, Source } from '../sources/source.ts'

export interface ActionQueue {
  run(request: ActionRequest): Promise<ActionOutcome>
  /** Ends what is under way; whoever waits is told `late`. */
  close(): void
}

export interface ActionQueueDeps {
  readonly source: Source
  readonly schedule: (callback: () => void, ms: number) => () => void
  /** An error of the source, as it may be shown. */
  readonly failureOf: (error: unknown) => Extract<ActionOutcome, { kind: 'failed' }>
  /** Asked when its turn has come: what stands in the way of trying at all. */
  readonly obstacle: () => AccountError | null
}

/** From being asked to being answered, waiting included. */
export const ACTION_TIMEOUT_MS = 20_000
/** Waiting or under way: for one account, and for all of a source. */
const PER_ACCOUNT = 20
const PER_SOURCE = 200

export function createActionQueue({ source, schedule, failureOf, obstacle }: ActionQueueDeps): ActionQueue {
  const { act } = source
  const closing = new AbortController()
  const accounts = new Map<string, { waiting: number; readonly enqueue: SerialQueue }>()
  let waiting = 0

  async function inTurn(request: ActionRequest, signal: AbortSignal): Promise<ActionOutcome> {
    if (signal.aborted) return { kind: 'late' }
    const error = obstacle()
    if (error) return { kind: 'failed', error, retryAfterMs: undefined }
    try {
      return { kind: (await act?.call(source, request, signal)) ?? 'unable' }
    } catch (cause) {
      return signal.aborted ? { kind: 'late' } : failureOf(cause)
    }
  }

  return {
    async run(request) {
      if (!act) return { kind: 'unable' }
      const account = accounts.get(request.account) ?? { waiting: 0, enqueue: createSerialQueue() }
      if (closing.signal.aborted || account.waiting >= PER_ACCOUNT || waiting >= PER_SOURCE) return { kind: 'busy' }
      accounts.set(request.account, account)
      account.waiting += 1
      waiting += 1
      const given = new AbortController()
      const signal = AbortSignal.any([closing.signal, given.signal])
      const late = new Promise<ActionOutcome>((resolve) =>
        signal.addEventListener('abort', () => resolve({ kind: 'late' }), { once: true }),
      )
      const cancel = schedule(() => given.abort(), ACTION_TIMEOUT_MS)
      // One that does not let go when told to holds up nobody behind it.
      const answered = account.enqueue(() => Promise.race([inTurn(request, signal), late]))
      try {
        return await Promise.race([answered, late])
      } finally {
        cancel()
        // What listens to it is let go: the signal of the source's end, which it follows, would hold it.
        given.abort()
        account.waiting -= 1
        waiting -= 1
        if (account.waiting === 0) accounts.delete(request.account)
      }
    },
    close: () => closing.abort(),
  }
}

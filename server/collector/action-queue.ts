/**
 * Actions on messages of one source: one at a time for an account, each within its time, and no more of them waiting
 * than a person would click.
 */
import { createSerialQueue, type SerialQueue } from '../../common/async/serial-queue.ts'
import type { AccountError } from '../../common/protocol/wire.ts'
import type { Schedule } from '../../common/async/clock.ts'
import { ACTION_TIMEOUT_MS, type ActionOutcome, type ActionRequest, type Source } from '../sources/source.ts'

/** Waiting or under way: for one account, and for all of a source. */
const PER_ACCOUNT = 20
const PER_SOURCE = 200

/**
 * @param failed an error of the source as an outcome
 * @param obstacle called before each action: why it is not tried, or null
 */
export function createActionQueue(
  source: Source,
  schedule: Schedule,
  failed: (error: unknown) => ActionOutcome,
  obstacle: () => AccountError | null,
) {
  const { act } = source
  const closing = new AbortController()
  const accounts = new Map<string, { waiting: number; readonly enqueue: SerialQueue }>()
  let waiting = 0

  async function perform(request: ActionRequest, signal: AbortSignal): Promise<ActionOutcome> {
    if (signal.aborted) return { kind: 'late' }
    const error = obstacle()
    if (error) return { kind: 'failed', error, retryAfterMs: undefined }
    try {
      return { kind: (await act?.call(source, request, signal)) ?? 'unable' }
    } catch (cause) {
      return signal.aborted ? { kind: 'late' } : failed(cause)
    }
  }

  return {
    async run(request: ActionRequest): Promise<ActionOutcome> {
      if (!act) return { kind: 'unable' }
      const account = accounts.get(request.account) ?? { waiting: 0, enqueue: createSerialQueue() }
      if (closing.signal.aborted || account.waiting >= PER_ACCOUNT || waiting >= PER_SOURCE) return { kind: 'busy' }
      accounts.set(request.account, account)
      account.waiting += 1
      waiting += 1
      const own = new AbortController()
      const signal = AbortSignal.any([closing.signal, own.signal])
      const late = new Promise<ActionOutcome>((resolve) =>
        signal.addEventListener('abort', () => resolve({ kind: 'late' }), { once: true }),
      )
      const cancel = schedule(() => own.abort(), ACTION_TIMEOUT_MS)
      try {
        // An action that ignores its signal does not block the ones behind it.
        const outcome = account.enqueue(() => Promise.race([perform(request, signal), late]))
        return await Promise.race([outcome, late])
      } finally {
        cancel()
        // Releases the listener: the signal of the queue's end, which this one follows, would hold it.
        own.abort()
        account.waiting -= 1
        waiting -= 1
        if (account.waiting === 0) accounts.delete(request.account)
      }
    },
    /** Ends the actions under way; they and all waiting ones are `late`. */
    close: () => closing.abort(),
  }
}

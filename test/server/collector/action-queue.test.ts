import { beforeEach, describe, expect, test } from 'vitest'
import { createActionQueue } from '../../../server/collector/action-queue.ts'
import { ACTION_TIMEOUT_MS } from '../../../server/sources/source.ts'
import type { ActionOutcome } from '../../../server/sources/source.ts'
import type { AccountError } from '../../../common/protocol/wire.ts'
import type { ActionRequest, Source } from '../../../server/sources/source.ts'

/** Lets every promise that is ready run. */
const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

interface Call {
  readonly message: string | null
  readonly signal: AbortSignal
  end(kind: 'done' | 'gone'): void
  fail(error: unknown): void
}

let calls: Call[]
let timers: Set<() => void>
let obstacle: AccountError | null
let queue: ReturnType<typeof createActionQueue>

const source: Source = {
  name: 'mail',
  accounts: [],
  firstReportMs: 1,
  silenceMs: 1,
  run: () => Promise.resolve(),
  act: (request, signal) =>
    new Promise((end, fail) => {
      calls.push({ message: 'message' in request ? request.message : null, signal, end, fail })
    }),
}

function queueOf(of: Source) {
  function schedule(callback: () => void, ms: number) {
    expect(ms).toBe(ACTION_TIMEOUT_MS)
    timers.add(callback)
    return () => void timers.delete(callback)
  }
  const failed = (error: unknown): ActionOutcome => ({
    kind: 'failed',
    error: { code: 'protocol', message: String(error) },
    retryAfterMs: undefined,
  })
  return createActionQueue(of, schedule, failed, () => obstacle)
}

beforeEach(() => {
  calls = []
  timers = new Set()
  obstacle = null
  queue = queueOf(source)
})

const request = (message: string, account = 'kim'): ActionRequest => ({ account, message, action: 'read' })

function runAll(requests: readonly ActionRequest[]): { readonly outcomes: (ActionOutcome | null)[] } {
  const outcomes: (ActionOutcome | null)[] = requests.map(() => null)
  requests.forEach((each, i) => void queue.run(each).then((outcome) => (outcomes[i] = outcome)))
  return { outcomes }
}

describe('an action on one source', () => {
  test('runs one at a time for an account, and concurrently for different ones', async () => {
    const { outcomes } = runAll([request('1'), request('2'), request('3', 'lee')])
    await settle()
    expect(calls.map(({ message }) => message)).toEqual(['1', '3'])
    calls[0]?.end('gone')
    await settle()
    expect(calls.map(({ message }) => message)).toEqual(['1', '3', '2'])
    calls[2]?.end('done')
    calls[1]?.end('done')
    await settle()
    expect(outcomes).toEqual([{ kind: 'gone' }, { kind: 'done' }, { kind: 'done' }])
    expect(timers.size).toBe(0)
  })

  test('runs after one that fails', async () => {
    const { outcomes } = runAll([request('1'), request('2')])
    await settle()
    calls[0]?.fail('no')
    await settle()
    calls[1]?.end('done')
    await settle()
    expect(outcomes).toEqual([{ kind: 'failed', error: { code: 'protocol', message: 'no' }, retryAfterMs: undefined }, { kind: 'done' }])
  })

  test('times out, also where the source ignores the signal, and then does not block the next one', async () => {
    const { outcomes } = runAll([request('1'), request('2')])
    await settle()
    const [first] = timers
    first?.()
    await settle()
    expect(calls[0]?.signal.aborted).toBe(true)
    expect(calls.map(({ message }) => message)).toEqual(['1', '2'])
    calls[1]?.end('done')
    await settle()
    expect(outcomes).toEqual([{ kind: 'late' }, { kind: 'done' }])
  })

  test('is not started where its time has passed while it waited', async () => {
    const { outcomes } = runAll([request('1'), request('2')])
    await settle()
    for (const expire of timers) expire()
    await settle()
    expect(calls).toHaveLength(1)
    expect(outcomes).toEqual([{ kind: 'late' }, { kind: 'late' }])
  })

  test('is rejected where too many are waiting, until one is done', async () => {
    const { outcomes } = runAll(Array.from({ length: 21 }, (_, i) => request(String(i))))
    await settle()
    expect(outcomes[20]).toEqual({ kind: 'busy' })
    expect(outcomes.slice(0, 20).every((outcome) => outcome === null)).toBe(true)
    calls[0]?.end('done')
    await settle()
    const again = runAll([request('again')])
    await settle()
    expect(again.outcomes).toEqual([null])
  })

  test('is limited over all accounts too', async () => {
    const { outcomes } = runAll(Array.from({ length: 201 }, (_, i) => request('1', `account ${i}`)))
    await settle()
    expect(outcomes.filter((outcome) => outcome?.kind === 'busy')).toHaveLength(1)
  })

  test('is not tried where there is an obstacle when its turn comes', async () => {
    const { outcomes } = runAll([request('1'), request('2')])
    await settle()
    obstacle = { code: 'auth', message: 'refused' }
    calls[0]?.end('done')
    await settle()
    expect(calls).toHaveLength(1)
    expect(outcomes[1]).toEqual({ kind: 'failed', error: obstacle, retryAfterMs: undefined })
  })

  test('ends when the source is closed, and no more are accepted', async () => {
    const { outcomes } = runAll([request('1')])
    await settle()
    queue.close()
    await settle()
    expect(outcomes).toEqual([{ kind: 'late' }])
    expect(await queue.run(request('2'))).toEqual({ kind: 'busy' })
  })

  test('is not possible with a source that only counts', async () => {
    const { act: _, ...counting } = source
    expect(await queueOf(counting).run(request('1'))).toEqual({ kind: 'unable' })
  })
})

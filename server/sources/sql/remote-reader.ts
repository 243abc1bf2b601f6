/** A reader as the sql source uses it, wherever it runs: requests, their time limits and their errors. */
import { SourceError } from '../source.ts'
import type { FromReader, OpenRequest, ReaderError, ReportPart, ToReader } from './messages.ts'
import type { StartHost } from './reader-host.ts'

export type RemoteReader = Awaited<ReturnType<typeof openReader>>

/** The process itself reports a query that takes too long, unless the database blocks it. */
const GRACE_MS = 1_000

interface ReaderEvents {
  readonly wake: () => void
  /** The connection to the database broke, or the process ended. */
  readonly onLost: (error: unknown) => void
}

/** Its milliseconds before the first query: starting, connecting and preparing the session. */
export const openTimeoutMs = (timeoutMs: number): number => 2 * timeoutMs + 5_000

/** Starts a reader; rejects with a SourceError where it cannot connect. */
export async function openReader(
  options: Omit<OpenRequest, 'kind'>,
  { wake, onLost }: ReaderEvents,
  signal: AbortSignal,
  start: StartHost,
) {
  const { timeoutMs } = options
  let pending: PromiseWithResolvers<FromReader> | null = null
  let timer: NodeJS.Timeout | undefined
  let isClosed = false

  function fail(error: unknown): void {
    if (isClosed) return
    pending?.reject(error)
    onLost(error)
  }

  function expectMessageWithin(ms: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => fail(new SourceError('network', tooLate(timeoutMs))), ms)
  }

  function receive(message: FromReader): void {
    if (message.kind === 'wake') return wake()
    if (message.kind === 'query') return expectMessageWithin(timeoutMs + GRACE_MS)
    clearTimeout(timer)
    if (message.kind === 'failed') return fail(errorOf(message.error))
    pending?.resolve(message)
  }

  async function ask(request: ToReader, withinMs: number): Promise<FromReader> {
    signal.throwIfAborted()
    pending = Promise.withResolvers()
    expectMessageWithin(withinMs)
    host.send(request)
    try {
      return await pending.promise
    } finally {
      pending = null
      clearTimeout(timer)
    }
  }

  async function part(kind: 'poll' | 'next'): Promise<ReportPart> {
    const answer = await ask({ kind }, timeoutMs + GRACE_MS)
    if (answer.kind !== 'report') throw new TypeError(`The reader answered ${answer.kind}.`)
    return answer.report
  }

  async function close(): Promise<void> {
    isClosed = true
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
    await host.stop()
  }

  const abort = (): void => pending?.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  const host = start({ receive, fail })
  try {
    await ask({ kind: 'open', ...options }, openTimeoutMs(timeoutMs))
  } catch (error) {
    await close()
    throw error
  }
  return {
    /** What has changed since the previous poll: its first part. */
    poll: () => part('poll'),
    /** The next part of the same report. */
    next: () => part('next'),
    close,
  }
}

const errorOf = ({ code, message }: ReaderError): Error => (code === null ? new Error(message) : new SourceError(code, message))

const tooLate = (timeoutMs: number): string =>
  `The query did not finish within ${timeoutMs / 1_000} s; make it faster, for example with an index, or raise timeout.`

/**
 * The jmap source (RFC 8620, RFC 8621): the unread messages of one account. The server's event stream reports changes
 * where it has one; else the source polls at an interval.
 */
import { monotonicMs } from '../../platform/clock.ts'
import type { SourceContext } from '../context.ts'
import { readSecret, SECRET_MS } from '../lib/credentials.ts'
import { type Attempt, type Source, SourceError } from '../source.ts'
import { createWakeSignal } from '../lib/wake-signal.ts'
import { performAction } from './actions.ts'
import { type JmapClient, openClient, REQUEST_TIMEOUT_MS } from './client.ts'
import type { JmapSourceConfig } from './config.ts'
import { type CounterMemory, createMailboxCounter } from './counter.ts'
import { markAllRead } from './mark-all-read.ts'
import { countingForm, createQueryMemory, LISTING_FORM } from './query-form.ts'
import { followEventStream } from './stream.ts'

/** Includes finding the session behind redirects. */
const FIRST_POLL_MS = 4 * REQUEST_TIMEOUT_MS
const POLL_MS = 3 * REQUEST_TIMEOUT_MS
const SLACK_MS = 5_000
/** Between two polls while the stream is open: detects a dead peer, and missed changes. */
const HEARTBEAT_MS = 110_000
/** Between two polls while changes keep arriving. */
const MIN_PAUSE_MS = 20

export function createJmapSource(config: JmapSourceConfig, { network }: SourceContext): Source {
  async function withClient<T>(authorization: string, signal: AbortSignal, work: (client: JmapClient) => Promise<T>): Promise<T> {
    const client = await openClient(config, network, authorization, signal)
    try {
      return await work(client)
    } catch (error) {
      throw signal.aborted ? error : client.toSourceError(error)
    } finally {
      client.close()
    }
  }

  const memory: CounterMemory = { queries: createQueryMemory(countingForm(config.count), monotonicMs), lastFolders: new Map() }
  const listing = createQueryMemory(LISTING_FORM, monotonicMs)

  async function run(attempt: Attempt): Promise<never> {
    const { signal } = attempt
    for (let authorization = await readAuthorization(config, signal); ;) {
      try {
        return await withClient(authorization, signal, (client) => pollForever(client, config, memory, attempt))
      } catch (error) {
        if (!(error instanceof SourceError && error.code === 'auth')) throw error
        // An expired token may have been renewed in its file; the same one is not sent again.
        const renewed = await readAuthorization(config, signal)
        if (renewed === authorization) throw error
        authorization = renewed
      }
    }
  }

  return {
    name: config.name,
    accounts: [config.account],
    firstReportMs: SECRET_MS + FIRST_POLL_MS + SLACK_MS,
    silenceMs: Math.max(HEARTBEAT_MS, config.intervalMs) + POLL_MS + SLACK_MS,
    run,
    act: async (request, signal) =>
      withClient(await readAuthorization(config, signal), signal, (client) =>
        request.action === 'read-all' ? markAllRead(client, listing, config.folders) : performAction(client, request),
      ),
  }
}

/** Basic (RFC 7617) or Bearer (RFC 6750). */
async function readAuthorization({ login }: JmapSourceConfig, signal: AbortSignal): Promise<string> {
  if ('token' in login) return `Bearer ${await readSecret(login.token, signal)}`
  return `Basic ${Buffer.from(`${login.user}:${await readSecret(login.password, signal)}`).toString('base64')}`
}

async function pollForever(client: JmapClient, config: JmapSourceConfig, memory: CounterMemory, attempt: Attempt): Promise<never> {
  const count = createMailboxCounter(client, config, memory, attempt.log)
  const sleeper = createWakeSignal(attempt.signal)
  const unsubscribe = attempt.onKick(sleeper.wake)
  const stream = new AbortController()
  let isPushed = false
  const events = {
    onChange: sleeper.wake,
    onOpen(isOpen: boolean) {
      isPushed = isOpen
      // Changes from before it opened, or after it ended, have to be polled.
      sleeper.wake()
    },
  }
  followEventStream(client, events, AbortSignal.any([attempt.signal, stream.signal])).catch(() => undefined)
  try {
    for (;;) {
      await attempt.work(async () => await attempt.report({ accounts: [await count()] }))
      await sleeper.sleep(MIN_PAUSE_MS, isPushed ? HEARTBEAT_MS : config.intervalMs)
    }
  } finally {
    stream.abort()
    unsubscribe()
  }
}

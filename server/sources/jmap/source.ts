/**
 * The jmap source (RFC 8620, RFC 8621): the unread mails of one account, told by the server's stream of changes where it
 * has one, and asked for at an interval elsewhere.
 */
import type { JmapSourceConfig } from './config.ts'
import { createWakeSignal } from '../wake-signal.ts'
import { performAction } from './actions.ts'
import { REQUEST_TIMEOUT_MS, type JmapClient, openClient } from './client.ts'
import { createMailboxCounter } from './counter.ts'
import { markAllRead } from './mark-all-read.ts'
import { followEventStream } from './stream.ts'
import type { Network } from '../../net/network.ts'
import type { SourceContext } from '../context.ts'
import { readSecret } from '../credentials.ts'
import { type Attempt, type Source, SourceError } from '../source.ts'

/** A secret may come from a command, which has half a minute. */
const SECRET_MS = 30_000
/** Until the first report: a session behind redirects, and some questions. */
const FIRST_LOOK_MS = 4 * REQUEST_TIMEOUT_MS
/** Of one look, all of its questions. */
const LOOK_MS = 3 * REQUEST_TIMEOUT_MS
const SLACK_MS = 5_000
/** While the stream tells of changes: finds out whether the other side lives, and what nobody told. */
const HEARTBEAT_MS = 110_000
/** Between two looks while changes keep coming. */
const BREATHER_MS = 20

export function createJmapSource(config: JmapSourceConfig, { network }: SourceContext): Source {
  return {
    name: config.name,
    accounts: [config.account],
    firstReportMs: SECRET_MS + FIRST_LOOK_MS + SLACK_MS,
    silenceMs: Math.max(HEARTBEAT_MS, config.intervalMs) + LOOK_MS + SLACK_MS,
    run: (attempt) => run(config, network, attempt),
    act: async (request, signal) =>
      withClient(config, network, await authorizationOf(config, signal), signal, (client) =>
        request.action === 'read-all' ? markAllRead(client, config.folders) : performAction(client, request),
      ),
  }
}

async function run(config: JmapSourceConfig, network: Network, attempt: Attempt): Promise<never> {
  const { signal } = attempt
  for (let authorization = await authorizationOf(config, signal); ;) {
    try {
      return await withClient(config, network, authorization, signal, (client) => lookForever(client, config, attempt))
    } catch (error) {
      if (!(error instanceof SourceError && error.code === 'auth')) throw error
      // A token that has run out may have been renewed at its place; the same one is not shown twice.
      const renewed = await authorizationOf(config, signal)
      if (renewed === authorization) throw error
      authorization = renewed
    }
  }
}

async function withClient<T>(
  config: JmapSourceConfig,
  network: Network,
  authorization: string,
  signal: AbortSignal,
  work: (client: JmapClient) => Promise<T>,
): Promise<T> {
  const client = await openClient(config, network, authorization, signal)
  try {
    return await work(client)
  } catch (error) {
    throw signal.aborted ? error : client.toSourceError(error)
  } finally {
    client.close()
  }
}

/** Basic (RFC 7617) or Bearer (RFC 6750). */
async function authorizationOf({ login }: JmapSourceConfig, signal: AbortSignal): Promise<string> {
  if ('token' in login) return `Bearer ${await readSecret(login.token, signal)}`
  return `Basic ${Buffer.from(`${login.user}:${await readSecret(login.password, signal)}`).toString('base64')}`
}

async function lookForever(client: JmapClient, config: JmapSourceConfig, attempt: Attempt): Promise<never> {
  const looker = createMailboxCounter(client, config)
  const bell = createWakeSignal(attempt.signal)
  const endKicks = attempt.onKick(bell.wake)
  const ending = new AbortController()
  let isTold = false
  const events = {
    onChange: bell.wake,
    onOpen(isOpen: boolean) {
      isTold = isOpen
      // What happened while nothing was told is found by a look of one's own.
      bell.wake()
    },
  }
  followEventStream(client, events, AbortSignal.any([attempt.signal, ending.signal])).catch(() => undefined)
  try {
    for (;;) {
      attempt.report({ accounts: [await looker.count()] })
      await bell.sleep(BREATHER_MS, isTold ? HEARTBEAT_MS : config.intervalMs)
    }
  } finally {
    ending.abort()
    endKicks()
  }
}

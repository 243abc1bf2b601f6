/**
 * The imap source: the unread messages of one account. The server pushes changes where it can (NOTIFY, RFC 5465, for all
 * folders; IDLE, RFC 2177, for some); other folders are polled at an interval.
 *
 * Its connections are read-only, and fetch no more of a message than some header fields.
 */
import type { ImapSourceConfig } from './config.ts'
import type { SourceContext } from '../context.ts'
import { SECRET_MS } from '../lib/credentials.ts'
import { gmailInboxUrl } from '../lib/mail/web-mail.ts'
import { type AccountCounts, type Attempt, type Source, SourceError } from '../source.ts'
import { createAlerts } from './alerts.ts'
import { createConnectionBudget } from './connection/budget.ts'
import { Reconnect } from './connection/errors.ts'
import { type Connection, loginTimeoutMs, openConnection } from './connection/open.ts'
import { type ImapTimes, TIMES } from './connection/times.ts'
import { createFolderMemory } from './folder-set.ts'
import { performAction, supportedActions } from './messages/actions.ts'
import { markAllRead } from './messages/mark-all-read.ts'
import { createMessageReader } from './messages/reader.ts'
import { runPollLoop } from './poll-loop.ts'
import { createPushTrials } from './push/push-trials.ts'
import { createLearnedQuirks, type ServerQuirks, serverQuirksOf } from './server-quirks.ts'

const SLACK_MS = 5_000
/** Of one attempt, one after another. */
const MAX_CONNECTIONS = 10

export function createImapSource(
  config: ImapSourceConfig,
  context: SourceContext,
  times: ImapTimes = TIMES,
  quirks: ServerQuirks = serverQuirksOf(config.host),
): Source {
  const budget = createConnectionBudget(config.connections, times.connectionLimitRest)
  const alerts = createAlerts()
  const learned = createLearnedQuirks()
  const trials = createPushTrials(times)
  const open = (signal: AbortSignal): Promise<Connection> =>
    openConnection(config, signal, { ...context, times, learned, onAlert: alerts.add })
  const messages = createMessageReader(config, (signal) => budget.openTemporary(() => open(signal)), times)
  const memory = createFolderMemory(times)

  function noteError(error: unknown): void {
    if (error instanceof SourceError && error.code === 'rate') budget.primaryRejected()
  }

  function details({ client }: Connection): Partial<AccountCounts> {
    const notices = alerts.list()
    const url = client.capabilities.has('X-GM-EXT-1') ? gmailInboxUrl(config.user) : config.webUrl
    return { actions: supportedActions(client), ...(notices.length > 0 && { notices }), ...(url !== undefined && { url }) }
  }

  async function run(attempt: Attempt): Promise<void> {
    // An attempt that needs more of them fails, so that the next one starts after a pause.
    for (let connections = 0; connections < MAX_CONNECTIONS; connections += 1) if (!(await follow(attempt))) return
    throw new SourceError('network', `${config.name} loses its connections; retrying.`)
  }

  /** True where another connection should take its place at once. */
  async function follow(attempt: Attempt): Promise<boolean> {
    const connection = await open(attempt.signal).catch((error: unknown) => {
      noteError(error)
      throw error
    })
    try {
      return await runPollLoop(connection, attempt, { config, times, quirks, budget, trials, messages, memory, open, details })
    } catch (error) {
      const reason = connection.toSourceError(error)
      if (error instanceof Reconnect || reason instanceof Reconnect) return true
      if (connection.isLostByPeer && trials.connectionLost()) return true
      noteError(reason)
      throw reason
    } finally {
      trials.connectionClosed()
      connection.close(new SourceError('network', `${config.name} was closed.`))
    }
  }

  return {
    name: config.name,
    accounts: [config.account],
    firstReportMs: SECRET_MS + loginTimeoutMs(times) + times.firstPoll + SLACK_MS,
    silenceMs: times.heartbeat + times.answer + SLACK_MS,
    run,
    act(request, signal) {
      const connect = (): Promise<Connection> => open(signal)
      return request.action === 'read-all' ? markAllRead(config.folders, connect) : performAction(request, connect)
    },
  }
}

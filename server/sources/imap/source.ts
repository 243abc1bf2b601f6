/**
 * The imap source: the unread mails of one account, told by the server the moment they change where it can tell (NOTIFY,
 * RFC 5465, in all folders; IDLE, RFC 2177, in some), and asked for at an interval elsewhere.
 *
 * Its connections are read-only, and of a mail no more is fetched than some fields of its header.
 */
import type { ImapSourceConfig } from './config.ts'
import { actionsOf, actOnMessage } from './messages/actions.ts'
import { type ConnectionBudget, createConnectionBudget } from './connection/budget.ts'
import { type Connection, openConnection, openMs } from './connection/open.ts'
import { follow } from './poll-loop.ts'
import { type ServerQuirks, serverQuirksOf } from './server-quirks.ts'
import { createMailboxCounter, type MailboxCounter } from './counter.ts'
import { createAlerts, type Alerts } from './alerts.ts'
import { markAllRead } from './messages/mark-all-read.ts'
import { createMessageReader, type MessageReader, type ReaderSession } from './messages/reader.ts'
import { type ImapTimes, TIMES } from './connection/times.ts'
import { type AccountCounts, type Attempt, type Source, SourceError, type SourceLog } from '../source.ts'
import { gmailInboxUrl } from '../mail/web-mail.ts'

/** A secret may come from a command, which has half a minute. */
const SECRET_MS = 30_000
const SLACK_MS = 5_000

/** What outlives a connection. */
interface Kept {
  readonly countedBefore: Set<string>
  readonly budget: ConnectionBudget
  readonly mails: MessageReader
  readonly notices: Alerts
  readonly habits: ServerQuirks
  /** Connects and logs in. */
  readonly open: (signal: AbortSignal) => Promise<Connection>
}

export function createImapSource(
  config: ImapSourceConfig,
  times: ImapTimes = TIMES,
  habits: ServerQuirks = serverQuirksOf(config.host),
): Source {
  const kept = keepFor(config, times, habits)
  return {
    kind: 'imap',
    name: config.name,
    accounts: [config.account],
    firstReportMs: SECRET_MS + openMs(times) + times.firstLook + SLACK_MS,
    silenceMs: times.heartbeat + times.answer + SLACK_MS,
    run: (attempt) => run(config, times, kept, attempt),
    act(request, signal) {
      const open = (): Promise<Connection> => kept.open(signal)
      return request.action === 'read-all' ? markAllRead(config.folders, open) : actOnMessage(request, open)
    },
  }
}

function keepFor(config: ImapSourceConfig, times: ImapTimes, habits: ServerQuirks): Kept {
  const budget = createConnectionBudget(config.connections, times.fewerConnections)
  const notices = createAlerts()
  const open = (signal: AbortSignal): Promise<Connection> => openConnection(config, signal, { times, onAlert: notices.add })
  const mails = createMessageReader({ ...config, open: (signal) => budget.openBriefly(() => open(signal)) })
  return { countedBefore: new Set(), budget, mails, notices, habits, open }
}

function lookerOf(
  connection: Connection,
  config: ImapSourceConfig,
  times: ImapTimes,
  { countedBefore, habits }: Kept,
  reader: ReaderSession,
  log: SourceLog,
): MailboxCounter {
  return createMailboxCounter(connection, { config, log, countedBefore, reader, habits, times })
}

function run(config: ImapSourceConfig, times: ImapTimes, kept: Kept, attempt: Attempt): Promise<void> {
  return connected(config, kept, attempt.signal, (connection) => {
    const reader = kept.mails.begin(attempt.signal, attempt.log)
    const looker = lookerOf(connection, config, times, kept, reader, attempt.log)
    const { budget, habits, open } = kept
    return follow(connection, attempt, {
      config,
      times,
      habits,
      looker,
      reader,
      budget,
      open,
      besides: () => besides(connection, kept, config),
    })
  })
}

/** Does `work` over a new connection, of which nothing is left afterwards. */
async function connected(
  config: ImapSourceConfig,
  { open, budget }: Pick<Kept, 'open' | 'budget'>,
  signal: AbortSignal,
  work: (connection: Connection) => Promise<void>,
): Promise<void> {
  const noteRefusal = (error: unknown): void => {
    if (error instanceof SourceError && error.code === 'rate') budget.firstWasRefused()
  }
  const connection = await open(signal).catch((error: unknown) => {
    noteRefusal(error)
    throw error
  })
  try {
    await work(connection)
  } catch (error) {
    noteRefusal(connection.lost.reason)
    throw connection.explain(error)
  } finally {
    connection.fail(new SourceError('network', `${config.name} was closed.`))
  }
}

/** What is known of the account besides its mails. */
function besides({ client }: Connection, { notices }: Kept, { user, webUrl }: ImapSourceConfig): Partial<AccountCounts> {
  const told = notices.list()
  const url = client.capabilities.has('X-GM-EXT-1') ? gmailInboxUrl(user) : webUrl
  return {
    actions: actionsOf(client),
    ...(told.length > 0 && { notices: told }),
    ...(url !== undefined && { url }),
  }
}

/**
 * The imap source: the unread mails of one account, told by the server the moment they change where it can tell (NOTIFY,
 * RFC 5465, in all folders; IDLE, RFC 2177, in some), and asked for at an interval elsewhere.
 *
 * Its connections are read-only, and of a mail no more is fetched than some fields of its header.
 */
import type { ImapSourceConfig } from '../config.ts'
import { createBell } from './bell.ts'
import { actionsOf, actOnMail } from './imap/act.ts'
import { type ConnectionBudget, createConnectionBudget } from './imap/budget.ts'
import { type Connection, OPEN_MS, openConnection } from './imap/connection.ts'
import { type Deadline, startDeadline } from './imap/deadline.ts'
import { habitsOf } from './imap/habits.ts'
import { gmailInboxUrl } from './imap/gmail.ts'
import { createLooker, type Looker } from './imap/look.ts'
import { createNotices, type Notices } from './imap/notices.ts'
import { createPush } from './imap/push.ts'
import { createMailReader, type MailReader, type ReaderSession } from './imap/reader.ts'
import { type ImapTimes, TIMES } from './imap/times.ts'
import { type AccountCounts, type Attempt, type Source, SourceError, type SourceLog } from './source.ts'

/** A secret may come from a command, which has half a minute. */
const SECRET_MS = 30_000
const SLACK_MS = 5_000

/** So many changes that nobody told, and the server is asked at the interval; one may just have been on its way. */
const UNTOLD = 2

/** What outlives a connection. */
interface Kept {
  readonly countedBefore: Set<string>
  readonly budget: ConnectionBudget
  readonly mails: MailReader
  readonly notices: Notices
  /** Connects and logs in. */
  readonly open: (signal: AbortSignal) => Promise<Connection>
}

export function createImapSource(config: ImapSourceConfig, times: ImapTimes = TIMES): Source {
  const kept = keepFor(config, times)
  return {
    kind: 'imap',
    name: config.name,
    accounts: [config.account],
    firstReportMs: SECRET_MS + OPEN_MS + times.firstLook + SLACK_MS,
    silenceMs: times.heartbeat + times.answer + SLACK_MS,
    run: (attempt) => run(config, times, kept, attempt),
    act: (request, signal) => actOnMail(request, () => kept.open(signal)),
  }
}

/**
 * Logs in once and opens the folders, to find out whether that works.
 * @throws SourceError
 */
export async function tryImapLogin(config: ImapSourceConfig, signal: AbortSignal): Promise<void> {
  const log = { debug: nothing, info: nothing, warn: nothing }
  const kept = keepFor(config, TIMES)
  await connected(config, kept, signal, async (connection) => {
    const looker = lookerOf(connection, config, TIMES, kept, kept.mails.begin(signal, log), log)
    const deadline = startDeadline(connection, config, { answerMs: TIMES.answer, mostMs: TIMES.firstLook })
    await looker.open().finally(deadline.end)
  })
}

function keepFor(config: ImapSourceConfig, times: ImapTimes): Kept {
  const budget = createConnectionBudget(config.connections, times.fewerConnections)
  const notices = createNotices()
  const open = (signal: AbortSignal): Promise<Connection> => openConnection(config, signal, notices.add)
  const mails = createMailReader({ name: config.name, user: config.user, open: (signal) => budget.openBriefly(() => open(signal)) })
  return { countedBefore: new Set(), budget, mails, notices, open }
}

function lookerOf(
  connection: Connection,
  config: ImapSourceConfig,
  times: ImapTimes,
  { countedBefore }: Kept,
  reader: ReaderSession,
  log: SourceLog,
): Looker {
  return createLooker(connection, { config, log, countedBefore, reader, habits: habitsOf(config.host), times })
}

async function run(config: ImapSourceConfig, times: ImapTimes, kept: Kept, attempt: Attempt): Promise<void> {
  try {
    await connected(config, kept, attempt.signal, (connection) => lookForever(connection, config, times, kept, attempt))
  } catch (error) {
    if (error instanceof SourceError && error.code === 'rate') kept.budget.firstWasRefused()
    throw error
  }
}

/** Does `work` over a new connection, of which nothing is left afterwards. */
async function connected(
  config: ImapSourceConfig,
  { open }: Pick<Kept, 'open'>,
  signal: AbortSignal,
  work: (connection: Connection) => Promise<void>,
): Promise<void> {
  const connection = await open(signal)
  try {
    await work(connection)
  } catch (error) {
    throw connection.explain(error)
  } finally {
    connection.fail(new SourceError('network', `${config.name} was closed.`))
  }
}

async function lookForever(
  connection: Connection,
  config: ImapSourceConfig,
  times: ImapTimes,
  kept: Kept,
  attempt: Attempt,
): Promise<never> {
  const { name } = config
  const reader = kept.mails.begin(attempt.signal, attempt.log)
  const looker = lookerOf(connection, config, times, kept, reader, attempt.log)
  const bell = createBell(connection.lost)
  const heartbeatMs = Math.min(times.heartbeat, habitsOf(config.host).quietMs ?? times.heartbeat)
  const changedOthers = new Set<string>()
  let changed = true
  let foldersChanged = true
  let kicked = false
  let deadline: Deadline | null = null
  const ring = (): void => {
    changed = true
    bell.ring()
  }
  const push = createPush(
    connection,
    {
      onSelected: ring,
      onOther(path) {
        changedOthers.add(path)
        ring()
      },
      onFolders() {
        foldersChanged = looker.needsList
        ring()
      },
      onSilence: bell.ring,
    },
    {
      name,
      budget: kept.budget,
      open: kept.open,
      followsFolders: looker.needsList,
      log: attempt.log,
      times,
    },
  )
  reader.onNews(bell.ring)
  connection.client.on('alert', bell.ring)
  const endKicks = attempt.onKick(() => {
    kicked = true
    deadline?.shorten(times.kickedAnswer)
    ring()
  })
  let isFirst = true
  let othersDueMs = Number.NEGATIVE_INFINITY
  let listDueMs = Number.NEGATIVE_INFINITY
  let followUp = times.followUps.length
  let shown: string | null = null
  let foundAtMs = Number.NEGATIVE_INFINITY
  /** Changes that were found and that nobody had told: some servers do not tell of flags, or fall silent. */
  let untold = 0
  try {
    for (;;) {
      const startedAtMs = performance.now()
      const isAnswer = changed
      const list = foldersChanged || (looker.needsList && startedAtMs >= listDueMs)
      const others = isAnswer || list || startedAtMs >= othersDueMs
      const answerMs = kicked ? times.kickedAnswer : times.answer
      deadline = startDeadline(connection, config, { answerMs, mostMs: isFirst ? times.firstLook : answerMs })
      const told = new Set(changedOthers)
      changedOthers.clear()
      changed = false
      foldersChanged = false
      kicked = false
      const counts = await looker.look({ list, others, changed: told })
      if (list) await push.follow(looker.selected, looker.others)
      deadline.end()
      attempt.report({ accounts: [{ ...counts, ...besides(connection, kept, config) }] })
      const toldAll = push.tellsAll(looker.others)
      const intervalMs = toldAll ? heartbeatMs : config.intervalMs
      if (list) listDueMs = startedAtMs + intervalMs
      if (others) othersDueMs = startedAtMs + (isAnswer ? Math.min(times.settle, intervalMs) : intervalMs)
      if (looker.lostOne) foldersChanged = true
      const { unread, total, folders } = counts
      const now = JSON.stringify([unread, total, folders])
      if (shown !== null && shown !== now) {
        if (!isAnswer && toldAll && startedAtMs - foundAtMs > times.telling) untold += 1
        foundAtMs = startedAtMs
        followUp = 0
      }
      shown = now
      isFirst = false
      const isTold = push.begin() && untold < UNTOLD
      const pauseMs = times.followUps[followUp++] ?? (isTold ? heartbeatMs : Math.min(config.intervalMs, heartbeatMs))
      const leftMs = Math.max(0, Math.min(othersDueMs, looker.needsList ? listDueMs : Number.POSITIVE_INFINITY) - performance.now())
      await bell.sleep(
        times.breather,
        foldersChanged ? 0 : looker.others.length > 0 || looker.needsList ? Math.min(pauseMs, leftMs) : pauseMs,
      )
      push.end()
    }
  } finally {
    deadline?.end()
    endKicks()
    push.end()
  }
}

/** What is known of the account besides its mails. */
function besides({ client }: Connection, { notices }: Kept, { user }: ImapSourceConfig): Partial<AccountCounts> {
  const told = notices.list()
  return {
    actions: actionsOf(client),
    ...(told.length > 0 && { notices: told }),
    ...(client.capabilities.has('X-GM-EXT-1') && { url: gmailInboxUrl(user) }),
  }
}

const nothing = (): void => undefined

/**
 * The imap source: the unread mails of one account, told by the server the moment they change (IDLE, RFC 2177) in the
 * first folder, and asked for at an interval in the others, or everywhere where the server knows no IDLE.
 *
 * Its connection is read-only, and no mail is ever fetched but for the envelopes of the newest unread ones.
 */
import type { ImapSourceConfig } from '../config.ts'
import { type Connection, OPEN_MS, openConnection } from './imap/connection.ts'
import { createIdler } from './imap/idler.ts'
import { createLooker, type Looker } from './imap/look.ts'
import { createMailReader, type MailReader, type ReaderSession } from './imap/reader.ts'
import { type Attempt, type Source, SourceError } from './source.ts'
import { createBell } from './bell.ts'

/** A secret may come from a command, which has half a minute. */
const SECRET_MS = 30_000
/** One look, with all its questions. */
const LOOK_MS = 30_000
/** A look that somebody waits for: after a resume, a dead connection should not cost half a minute. */
const KICKED_LOOK_MS = 5_000
/** The longest time between two looks: keeps the way through routers open, and finds out whether the other side lives. */
const HEARTBEAT_MS = 110_000
const SLACK_MS = 5_000
/** Between two looks while changes keep coming. */
const BREATHER_MS = 20
/** After a change is told, the other folders are looked at once more: a moved mail may have been on its way. */
const SETTLE_MS = 1_000
/**
 * Changes come in bunches, and some servers tell the next one only after a pause of their own (Dovecot: 500 ms, by
 * NOTIFY_DELAY_MSECS of its mailbox-watch.c). So after each change the first folder is looked at again after these
 * pauses, which begin anew while more is found.
 */
const FOLLOW_UPS_MS = [40, 40, 80, 80, 160, 320, 640]

export function createImapSource(config: ImapSourceConfig): Source {
  const countedBefore = new Set<string>()
  const mails = readerOf(config)
  return {
    kind: 'imap',
    name: config.name,
    accounts: [config.account],
    firstReportMs: SECRET_MS + OPEN_MS + LOOK_MS + SLACK_MS,
    silenceMs: HEARTBEAT_MS + LOOK_MS + SLACK_MS,
    run: (attempt) => run(config, attempt, countedBefore, mails),
  }
}

/**
 * Logs in once and opens the folders, to find out whether that works.
 * @throws SourceError
 */
export async function tryImapLogin(config: ImapSourceConfig, signal: AbortSignal): Promise<void> {
  const log = { debug: nothing, info: nothing, warn: nothing }
  await connected(config, signal, async (connection) => {
    await withDeadline(connection, config, () => createLooker(connection, config, log, new Set(), readerOf(config).begin(signal, log)))
  })
}

const readerOf = (config: ImapSourceConfig): MailReader =>
  createMailReader({ name: config.name, user: config.user, open: (signal) => openConnection(config, signal) })

function run(config: ImapSourceConfig, attempt: Attempt, countedBefore: Set<string>, mails: MailReader): Promise<void> {
  return connected(config, attempt.signal, async (connection) => {
    const reader = mails.begin(attempt.signal, attempt.log)
    const looker = await withDeadline(connection, config, () => createLooker(connection, config, attempt.log, countedBefore, reader))
    await lookForever(connection, looker, reader, config, attempt)
  })
}

/** Does `work` over a new connection, of which nothing is left afterwards. */
async function connected(config: ImapSourceConfig, signal: AbortSignal, work: (connection: Connection) => Promise<void>): Promise<void> {
  const connection = await openConnection(config, signal)
  try {
    await work(connection)
  } catch (error) {
    throw connection.explain(error)
  } finally {
    connection.fail(new SourceError('network', `${config.name} was closed.`))
  }
}

interface Deadline {
  /** From now on there are `ms` left, or what was left where that is less. */
  shorten(ms: number): void
  end(): void
}

function startDeadline(connection: Connection, config: ImapSourceConfig, ms: number): Deadline {
  let endMs = performance.now() + ms
  const expire = (): void =>
    connection.fail(new SourceError('network', `${config.host}:${config.port} has stopped answering; it is asked again.`))
  let timer = setTimeout(expire, ms)
  return {
    shorten(leftMs) {
      if (performance.now() + leftMs >= endMs) return
      endMs = performance.now() + leftMs
      clearTimeout(timer)
      timer = setTimeout(expire, leftMs)
    },
    end: () => clearTimeout(timer),
  }
}

async function withDeadline<T>(connection: Connection, config: ImapSourceConfig, work: () => Promise<T>): Promise<T> {
  const deadline = startDeadline(connection, config, LOOK_MS)
  try {
    return await work()
  } finally {
    deadline.end()
  }
}

async function lookForever(
  connection: Connection,
  looker: Looker,
  reader: ReaderSession,
  config: ImapSourceConfig,
  attempt: Attempt,
): Promise<never> {
  const bell = createBell(connection.lost)
  let changed = true
  let kicked = false
  let deadline: Deadline | null = null
  const ring = (): void => {
    changed = true
    bell.ring()
  }
  for (const event of ['exists', 'expunge', 'flags', 'highestModseq', 'mailboxOpen', 'mailboxClose']) connection.client.on(event, ring)
  reader.onNews(bell.ring)
  const endKicks = attempt.onKick(() => {
    kicked = true
    deadline?.shorten(KICKED_LOOK_MS)
    ring()
  })
  const idler = createIdler(connection, bell.ring)
  let othersDueMs = Number.NEGATIVE_INFINITY
  let followUp = FOLLOW_UPS_MS.length
  let shown: string | null = null
  try {
    for (;;) {
      const startedAtMs = performance.now()
      const isAnswer = changed
      const others = isAnswer || startedAtMs >= othersDueMs
      deadline = startDeadline(connection, config, kicked ? KICKED_LOOK_MS : LOOK_MS)
      changed = false
      kicked = false
      const counts = await looker.look(others)
      deadline.end()
      attempt.report({ accounts: [counts] })
      if (others) othersDueMs = startedAtMs + (isAnswer ? Math.min(SETTLE_MS, config.intervalMs) : config.intervalMs)
      const { unread, total, folders } = counts
      const now = JSON.stringify([unread, total, folders])
      if (shown !== null && shown !== now) followUp = 0
      shown = now
      const isTold = idler.begin()
      const pauseMs = FOLLOW_UPS_MS[followUp++] ?? (isTold ? HEARTBEAT_MS : Math.min(config.intervalMs, HEARTBEAT_MS))
      await bell.sleep(BREATHER_MS, looker.hasOthers ? Math.min(pauseMs, Math.max(0, othersDueMs - performance.now())) : pauseMs)
      idler.end()
    }
  } finally {
    deadline?.end()
    endKicks()
    idler.end()
  }
}

const nothing = (): void => undefined

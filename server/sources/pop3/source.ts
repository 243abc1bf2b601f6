/**
 * The pop3 source: the mails of one maildrop that nobody has seen. POP3 knows no such thing as unread, so a mail is new
 * until somebody marks it as read here, or until it is gone, fetched by a mail program; what is there at the very first
 * look counts as seen.
 *
 * A session locks the maildrop, so each look is a session of its own, and only one is open at a time.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { createSerialQueue } from '../../../common/async/serial-queue.ts'
import { abortable } from '../../platform/abortable.ts'
import type { Pop3SourceConfig } from './config.ts'
import type { Message } from '../../../common/protocol/wire.ts'
import type { SourceContext } from '../context.ts'
import { createWakeSignal } from '../wake-signal.ts'
import { LATEST_MESSAGES } from '../mail/latest.ts'
import { readMessageHeader } from '../mail/header.ts'
import { openSeenMessages, type SeenMessages } from './seen.ts'
import { type ListedMessage, type Pop3Session, SESSION_MS, withSession } from './session.ts'
import { searchUrl } from '../mail/web-mail.ts'
import {
  type AccountCounts,
  type ActionRequest,
  type Attempt,
  type MessageRequest,
  type Source,
  SourceError,
  type SourceLog,
} from '../source.ts'

/** A secret may come from a command, which has half a minute. */
const SECRET_MS = 30_000
/** A server may want to be left alone for longer than the interval (RFC 2449, section 6.5), but not for ever. */
const MOST_DELAY_MS = 3_600_000
const SLACK_MS = 5_000

export function createPop3Source(config: Pop3SourceConfig, context: SourceContext): Source {
  const maildrop = createMaildrop(config, context)
  return {
    name: config.name,
    accounts: [config.account],
    // Twice: somebody's act may have its session first.
    firstReportMs: 2 * (SECRET_MS + SESSION_MS) + SLACK_MS,
    silenceMs: Math.max(config.intervalMs, MOST_DELAY_MS) + 2 * (SECRET_MS + SESSION_MS) + SLACK_MS,
    run: (attempt) => run(config, maildrop, attempt),
    act: maildrop.act,
  }
}

async function run({ intervalMs }: Pop3SourceConfig, maildrop: Maildrop, attempt: Attempt): Promise<never> {
  const bell = createWakeSignal(attempt.signal)
  const endKicks = attempt.onKick(bell.wake)
  const report = (counts: AccountCounts): void => attempt.report({ accounts: [counts] })
  try {
    for (;;) {
      const startedAtMs = performance.now()
      const loginDelayMs = Math.min(await maildrop.look(attempt), MOST_DELAY_MS)
      report(maildrop.counts())
      const tookMs = performance.now() - startedAtMs
      maildrop.onSeen(report)
      await bell.sleep(Math.max(Math.min(tookMs, intervalMs), loginDelayMs), Math.max(intervalMs, loginDelayMs))
    }
  } finally {
    maildrop.onSeen(null)
    endKicks()
  }
}

interface Maildrop {
  /** One session: what is there, and who wrote what is new. Gives the milliseconds until the server wants the next login. */
  look(attempt: Pick<Attempt, 'signal' | 'log'>): Promise<number>
  /** As of the last look, and of what was seen since. */
  counts(): AccountCounts
  /** Told the counts when somebody has seen a mail here. */
  onSeen(listener: ((counts: AccountCounts) => void) | null): void
  act(request: ActionRequest, signal: AbortSignal): Promise<'done' | 'gone'>
}

function createMaildrop(config: Pop3SourceConfig, context: SourceContext): Maildrop {
  let seen: SeenMessages | null = null
  let listed: readonly ListedMessage[] | null = null
  /** By uid: headers are read once. */
  let headers = new Map<string, Message>()
  let tellsHeaders = false
  let log: SourceLog | null = null
  let seenListener: ((counts: AccountCounts) => void) | null = null
  const enqueue = createSerialQueue()

  function inSession<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const result = enqueue(() => {
      signal.throwIfAborted()
      return work()
    })
    return abortable(result, signal)
  }

  async function seenMails(): Promise<SeenMessages> {
    try {
      seen ??= await openSeenMessages(pathOf(config), (keptAs) =>
        log?.warn(
          { source: config.name, keptAs },
          'the file of seen mails could not be read; it is kept aside, and all mails count as seen',
        ),
      )
      return seen
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
      throw new SourceError('config', `The mails seen in ${config.name} cannot be read (${code}); make the data directory readable.`)
    }
  }

  async function save(mails: SeenMessages): Promise<void> {
    try {
      await mails.save()
    } catch (error) {
      log?.warn(
        { source: config.name, err: error },
        'which mails were seen cannot be kept; make room in the data directory, or make it writable',
      )
    }
  }

  const unseen = (): readonly ListedMessage[] => (listed ?? []).filter(({ uid }) => !seen?.has(uid))

  function counts(): AccountCounts {
    const mails = unseen()
    return {
      id: config.account,
      unread: mails.length,
      total: listed?.length ?? 0,
      ...(tellsHeaders && { latest: newestOf(mails).flatMap(({ uid }) => headers.get(uid) ?? []) }),
      actions: ['read', 'delete'],
      ...(config.webUrl !== undefined && { url: config.webUrl }),
    }
  }

  /** False where the session is at its end: one of the headers has none. */
  async function readHeaders(session: Pop3Session): Promise<boolean> {
    const newest = newestOf(unseen())
    const wanted = new Set(newest.map(({ uid }) => uid))
    headers = new Map([...headers].filter(([uid]) => wanted.has(uid)))
    tellsHeaders = session.tellsHeaders
    if (!session.tellsHeaders) return true
    for (const { number, uid } of newest) {
      if (headers.has(uid)) continue
      const header = await session.header(number)
      const shown = readMessageHeader(header ?? new Uint8Array())
      headers.set(uid, { id: uid, ...shown, url: searchUrl(config, shown.messageId) })
      if (header === null) return false
    }
    return true
  }

  /** All that are there, as of the last look where there was one: what has come since nobody has been told of. */
  async function uidsOf(signal: AbortSignal): Promise<readonly string[]> {
    listed ??= await withSession(config, context, signal, listOnly)
    return listed.map(({ uid }) => uid)
  }

  /** The mail, once what is wanted of the server is done; null where there is none. */
  async function touch({ message, action }: MessageRequest, signal: AbortSignal): Promise<readonly string[] | null> {
    switch (action) {
      case 'archive':
        throw new SourceError('config', `${config.name} has no archive: POP3 knows no folders.`)
      case 'delete': {
        const isDone = await withSession(config, context, signal, (session) => deleteMail(session, message))
        if (isDone) listed = listed?.filter(({ uid }) => uid !== message) ?? null
        return isDone ? [message] : null
      }
      case 'read':
        return (await uidsOf(signal)).includes(message) ? [message] : null
    }
  }

  return {
    look: ({ signal, log: given }) =>
      inSession(signal, async () => {
        log = given
        const mails = await seenMails()
        return await withSession(config, context, signal, async (session) => {
          listed = await session.list()
          const uids = new Set(listed.map(({ uid }) => uid))
          if (mails.isNew) mails.add(uids)
          mails.prune(uids)
          if (await readHeaders(session)) await session.leave()
          await save(mails)
          return session.loginDelayMs
        })
      }),
    counts,
    onSeen(listener) {
      seenListener = listener
    },
    act: (request, signal) =>
      inSession(signal, async () => {
        const mails = await seenMails()
        const touched = request.action === 'read-all' ? await uidsOf(signal) : await touch(request, signal)
        if (touched === null) return 'gone'
        // Before the very first look nothing has been told apart yet: that look makes all that is there count as seen.
        if (!mails.isNew) mails.add(touched)
        await save(mails)
        seenListener?.(counts())
        return 'done'
      }),
  }
}

/** The maildrop counts, and not how it is reached: the same one over another port is no new one. */
function pathOf({ account, host, user, dataDir }: Pop3SourceConfig): string {
  const name = createHash('sha256')
    .update(JSON.stringify([account, host, user]))
    .digest('hex')
    .slice(0, 32)
  return join(dataDir, 'pop3', `${name}.json`)
}

/** What came last has the highest number. */
const newestOf = (mails: readonly ListedMessage[]): readonly ListedMessage[] =>
  mails.toSorted((a, b) => b.number - a.number).slice(0, LATEST_MESSAGES)

async function listOnly(session: Pop3Session): Promise<readonly ListedMessage[]> {
  const mails = await session.list()
  await session.leave()
  return mails
}

/** False where there is no such mail. It is gone once the server has said goodbye, and not before (RFC 1939, section 6). */
async function deleteMail(session: Pop3Session, message: string): Promise<boolean> {
  const mail = (await session.list()).find(({ uid }) => uid === message)
  if (mail) await session.delete(mail.number)
  await session.quit()
  return mail !== undefined
}

/** One maildrop: its messages, those that were seen, and the actions on them, one session at a time. */
import { hash } from 'node:crypto'
import { join } from 'node:path'
import { createSerialQueue } from '../../../common/async/serial-queue.ts'
import { DATA_FILES } from '../../../common/protocol/data-files.ts'
import type { Message } from '../../../common/protocol/wire.ts'
import { abortable } from '../../platform/abortable.ts'
import { filterInTurns, slicesOf } from '../../platform/turns.ts'
import { errorCodeOf } from '../../../common/errors.ts'
import type { SourceContext } from '../context.ts'
import { readMessageHeader } from '../lib/mail/header.ts'
import { LATEST_MESSAGES } from '../lib/mail/latest.ts'
import { searchUrl } from '../lib/mail/web-mail.ts'
import { type AccountCounts, type ActionRequest, type Attempt, type MessageRequest, SourceError, type SourceLog } from '../source.ts'
import type { Pop3SourceConfig } from './config.ts'
import { openSeenMessages, type SeenMessages } from './seen.ts'
import type { ListedMessage } from './listing.ts'
import { type Pop3Session, withSession } from './session.ts'

export function createMaildrop(config: Pop3SourceConfig, context: SourceContext, replyMs: number) {
  const { name, account, webUrl } = config
  let seen: SeenMessages | null = null
  let listed: readonly ListedMessage[] | null = null
  let unseen = 0
  /** Of the unseen messages, newest first. */
  let newest: readonly ListedMessage[] = []
  /** Messages that have no id. */
  let unidentified = 0
  /** By uid, so that each is read once. */
  let headers = new Map<string, Message>()
  let hasHeaders = false
  let log: SourceLog | null = null
  let onSeen: ((counts: AccountCounts) => void) | null = null
  const options = { ...context, rejectedWays: new Set<string>(), replyMs }
  const enqueue = createSerialQueue()

  const inTurn = <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> =>
    abortable(
      enqueue(() => {
        signal.throwIfAborted()
        return work()
      }),
      signal,
    )

  async function openSeen(): Promise<SeenMessages> {
    try {
      seen ??= await openSeenMessages(seenPath(config), (path) =>
        log?.warn({ source: name, path }, 'the file of seen messages is invalid and was renamed; all messages count as seen'),
      )
      return seen
    } catch (error) {
      const code = errorCodeOf(error)
      throw new SourceError('config', `The list of seen messages of ${name} is unreadable (${code}); make the data directory readable.`)
    }
  }

  async function save(messages: SeenMessages): Promise<void> {
    try {
      await messages.save()
    } catch (error) {
      log?.warn(
        { source: name, err: error },
        'the list of seen messages was not saved; make room in the data directory, or make it writable',
      )
    }
  }

  /** Call after each change of the listed or the seen messages. */
  async function findUnseen(): Promise<void> {
    const found = await filterInTurns(listed ?? [], ({ uid }) => !seen?.has(uid))
    let best: readonly ListedMessage[] = []
    for await (const slice of slicesOf(found)) best = newestOf([...best, ...slice])
    newest = best
    unseen = found.length
  }

  /** As of the last poll, and of the actions since. */
  function counts(): AccountCounts {
    return {
      id: account,
      unread: unseen,
      total: (listed?.length ?? 0) + unidentified,
      ...(unidentified > 0 && { missing: [`${unidentified} ${unidentified === 1 ? 'message' : 'messages'} without an id`] }),
      ...(hasHeaders && { latest: newest.flatMap(({ uid }) => headers.get(uid) ?? []) }),
      actions: ['read', 'delete'],
      ...(webUrl !== undefined && { url: webUrl }),
    }
  }

  async function readHeaders(session: Pop3Session): Promise<void> {
    const uids = new Set(newest.map(({ uid }) => uid))
    headers = new Map([...headers].filter(([uid]) => uids.has(uid)))
    hasHeaders = session.hasHeaders
    if (!hasHeaders || session.isOver()) return
    for (const { number, uid } of newest) {
      if (headers.has(uid)) continue
      const fields = readMessageHeader(await session.header(number))
      headers.set(uid, { id: uid, ...fields, url: searchUrl(config, fields.messageId) })
      if (session.isOver()) return
    }
  }

  /** As of the last poll, where there was one: what has arrived since was not reported yet. */
  async function listedUids(signal: AbortSignal): Promise<readonly string[]> {
    listed ??= await withSession(config, options, signal, async (session) => {
      const { messages } = await session.list()
      if (!session.isOver()) await session.leave()
      return messages
    })
    return listed.map(({ uid }) => uid)
  }

  /** The message, once the server has done its part; null where there is none. */
  async function actOn({ message, action }: MessageRequest, signal: AbortSignal): Promise<readonly string[] | null> {
    switch (action) {
      case 'archive':
        throw new SourceError('config', `${name} has no archive: POP3 has no folders.`)
      case 'delete': {
        const isDeleted = await withSession(config, options, signal, (session) => deleteMessage(session, message))
        if (isDeleted) listed = listed?.filter(({ uid }) => uid !== message) ?? null
        return isDeleted ? [message] : null
      }
      case 'read':
        return (await listedUids(signal)).includes(message) ? [message] : null
    }
  }

  return {
    counts,
    /** Calls `listener` after an action. */
    onSeen(listener: typeof onSeen) {
      onSeen = listener
    },
    /** Lists the messages and reads new headers. Gives the milliseconds that the server requires until the next login. */
    poll: (attempt: Attempt): Promise<number> =>
      inTurn(attempt.signal, async () => {
        log = attempt.log
        const messages = await openSeen()
        return await withSession(config, options, attempt.signal, async (session) => {
          ;({ messages: listed, unidentified } = await session.list())
          const uids = new Set<string>()
          for await (const slice of slicesOf(listed)) for (const { uid } of slice) uids.add(uid)
          if (messages.isNew) await messages.add(uids)
          await messages.prune(uids)
          await findUnseen()
          await readHeaders(session)
          if (!session.isOver()) await session.leave()
          await save(messages)
          return session.loginDelayMs
        })
      }),
    act: (request: ActionRequest, signal: AbortSignal) =>
      inTurn<'done' | 'gone'>(signal, async () => {
        const messages = await openSeen()
        const touched = request.action === 'read-all' ? await listedUids(signal) : await actOn(request, signal)
        if (touched === null) return 'gone'
        // Before the very first poll, which makes everything count as seen, there is nothing to add to.
        if (!messages.isNew) await messages.add(touched)
        await findUnseen()
        await save(messages)
        onSeen?.(counts())
        return 'done'
      }),
  }
}

/** The name depends on the maildrop alone: another port is the same maildrop. */
function seenPath({ account, host, user, dataDir }: Pop3SourceConfig): string {
  const name = hash('sha256', JSON.stringify([account, host, user])).slice(0, 32)
  return join(dataDir, DATA_FILES.pop3, `${name}.json`)
}

/** The last messages to arrive have the highest numbers. */
const newestOf = (messages: readonly ListedMessage[]): readonly ListedMessage[] =>
  messages.toSorted((a, b) => b.number - a.number).slice(0, LATEST_MESSAGES)

/** False where there is no such message. It is deleted when QUIT succeeds, not before (RFC 1939, section 6). */
async function deleteMessage(session: Pop3Session, message: string): Promise<boolean> {
  const found = (await session.list()).messages.find(({ uid }) => uid === message)
  if (found) await session.delete(found.number)
  await session.quit()
  return found !== undefined
}

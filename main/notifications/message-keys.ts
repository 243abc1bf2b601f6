/** Pure: which mail is which, by hashes alone, so that what is remembered of mails names nobody. */
import { createHash } from 'node:crypto'
import type { Message } from '../../common/protocol/wire.ts'

/**
 * `id` is where it lies: server, account, folder and id. `content` is what it is: account, sender, subject and date, which
 * its copy in another folder, or on another server that tells of the same account, has too; null without a date.
 */
export interface MessageKey {
  readonly id: string
  readonly content: string | null
  /** Server and folder: two mails of the same content in one folder are two. */
  readonly place: string
}

/** 96 bits: enough that no two of some thousand mails meet by chance. */
const BYTES = 12

const hash = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, BYTES).toString('base64url')

/** A state is looked at many times before the next one comes. */
const made = new WeakMap<Message, { readonly server: string; readonly account: string; readonly key: MessageKey }>()

export function keyOf(server: string, account: string, mail: Message): MessageKey {
  const before = made.get(mail)
  if (before?.server === server && before.account === account) return before.key
  const key = makeKey(server, account, mail)
  made.set(mail, { server, account, key })
  return key
}

function makeKey(server: string, account: string, { id, folder = '', from, subject, date }: Message): MessageKey {
  const place = hash('place', server, folder)
  return {
    id: hash('id', server, account, folder, id),
    content: date === undefined ? null : hash('content', account, from, subject, date),
    place,
  }
}

/** One mail, for as long as it waits to be told or is told of. */
export interface MessageKeyRef extends Pick<MessageKey, 'id' | 'content'> {
  /** ISO 8601 in UTC; '' where it has none. */
  readonly date: string
}

export function refOf(server: string, account: string, mail: Message): MessageKeyRef {
  const { id, content } = keyOf(server, account, mail)
  return { id, content, date: mail.date ?? '' }
}

/** At the same place, or moved to another one. */
export const isSame = (mail: MessageKeyRef, { id, content }: MessageKey): boolean =>
  id === mail.id || (content !== null && content === mail.content)

export const hashOfAccount = (server: string, account: string): string => hash('account', server, account)

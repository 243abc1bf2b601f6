/** Names messages by hashes alone, so that what is stored of them identifies no person. */
import { createHash } from 'node:crypto'
import type { MessageKey } from '../../common/model/seen-messages.ts'
import type { Message } from '../../common/protocol/wire.ts'

/** 96 bits: no two of some thousand messages meet by chance. */
const HASH_BYTES = 12

const hash = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, HASH_BYTES).toString('base64url')

/** A state is examined many times before the next one comes. */
const cached = new WeakMap<Message, { readonly server: string; readonly account: string; readonly key: MessageKey }>()

export function keyOf(server: string, account: string, message: Message): MessageKey {
  const before = cached.get(message)
  if (before?.server === server && before.account === account) return before.key
  const { id, folder = '', from, subject, date } = message
  const key = {
    id: hash('id', server, account, folder, id),
    content: date === undefined ? null : hash('content', account, from, subject, date),
    place: hash('place', server, folder),
  }
  cached.set(message, { server, account, key })
  return key
}

/** A message that waits for its notification, or has one. */
export interface MessageKeyRef extends Pick<MessageKey, 'id' | 'content'> {
  /** ISO 8601 in UTC; '' if it has none. */
  readonly date: string
}

export function refOf(server: string, account: string, message: Message): MessageKeyRef {
  const { id, content } = keyOf(server, account, message)
  return { id, content, date: message.date ?? '' }
}

/** In the same place, or moved to another one. */
export const isSame = (ref: MessageKeyRef, { id, content }: MessageKey): boolean =>
  id === ref.id || (content !== null && content === ref.content)

export const hashOfAccount = (server: string, account: string): string => hash('account', server, account)

/** Fetches sender, subject and date of messages in the selected folder: some header fields, up to a limit of bytes. */
import type { ImapFlow } from 'imapflow'
import type { Message } from '../../../../common/protocol/wire.ts'
import { HEADER_FIELDS, readMessageHeader } from '../../lib/mail/header.ts'
import { gmailMailUrl, searchUrl } from '../../lib/mail/web-mail.ts'
import { isoDate } from '../../../platform/text.ts'
import { atom, fetchItems, type Items, sendCommand, sequence, type Token, tokenBytes, tokenText } from '../commands/send.ts'
import { nameCodecOf, type WireName } from '../names.ts'
import { messageIdOf } from './message-id.ts'

export interface FetchedMessage {
  readonly uid: number
  readonly message: Message
  /** Equal for copies of a message in several folders; undefined where the server shows none. */
  readonly identity: string | undefined
}

/** The selected folder, and its account. */
interface SelectedFolder {
  readonly user: string
  readonly webUrl: string | undefined
  readonly folder: WireName
  /** The folder in reports. */
  readonly path: string
  readonly uidValidity: string
}

/** All fields of one message: the server cuts a sender or a subject of a megabyte. */
const HEADER_BYTES = 16 * 1024

/**
 * Fetches all of them with one command; a message that is gone is absent from the result.
 *
 * Not ENVELOPE: it has no limit, and its decoding destroys bytes that are neither ASCII nor UTF-8, which Korean and
 * Japanese senders still use.
 */
export async function fetchMessages(client: ImapFlow, uids: readonly number[], selected: SelectedFolder): Promise<FetchedMessage[]> {
  const pending = new Set(uids)
  if (pending.size === 0) return []
  const fetched: FetchedMessage[] = []
  const codec = nameCodecOf(client)
  const { capabilities } = client
  const emailId = capabilities.has('X-GM-EXT-1') ? [atom('X-GM-MSGID')] : capabilities.has('OBJECTID') ? [atom('EMAILID')] : []
  const header: Token = {
    type: 'ATOM',
    value: 'BODY.PEEK',
    section: [atom('HEADER.FIELDS'), HEADER_FIELDS.map(atom)],
    partial: [0, HEADER_BYTES],
  }
  await sendCommand(client, 'UID FETCH', [sequence(uids.join(',')), [atom('UID'), atom('INTERNALDATE'), ...emailId, header]], {
    FETCH(parts) {
      const items = fetchItems(parts)
      const uid = Number(tokenText(items.get('UID')))
      // Servers also send unsolicited FETCH responses, which lack the requested items.
      if (!items.has('BODY') || !pending.delete(uid)) return
      const id = messageIdOf({ ...selected, uid }, codec)
      const message = id && parseMessage(id, uid, items, selected)
      if (message) fetched.push(message)
    },
  })
  return fetched
}

/** `(UID 5 INTERNALDATE "…" BODY[HEADER.FIELDS (…)]<0> {12}…)` */
function parseMessage(id: string, uid: number, items: Items, { user, webUrl, path }: SelectedFolder): FetchedMessage {
  // Some servers send NIL for a header without any of the fields.
  const { from, subject, date, messageId } = readMessageHeader(tokenBytes(items.get('BODY')) ?? Buffer.alloc(0))
  const gmailId = tokenText(items.get('X-GM-MSGID'))
  const objectId = items.get('EMAILID')
  const emailId = gmailId ?? (Array.isArray(objectId) ? tokenText(objectId[0]) : null)
  return {
    uid,
    message: {
      id,
      folder: path,
      from,
      subject,
      // The time of arrival: the sender's date can be anything.
      date: isoDate(new Date(tokenText(items.get('INTERNALDATE')) ?? Number.NaN)) ?? date,
      url: gmailId === null ? searchUrl({ webUrl, user }, messageId) : gmailMailUrl(user, gmailId),
      messageId,
    },
    identity: emailId === null ? messageId && `<${messageId}>` : `id:${emailId}`,
  }
}

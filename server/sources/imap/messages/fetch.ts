/** Who, what and when of mails in the selected folder: some fields of their headers, and never more than so many bytes. */
import type { ImapFlow } from 'imapflow'
import type { Message } from '../../../../common/protocol/wire.ts'
import { HEADER_FIELDS, readMessageHeader } from '../../mail/header.ts'
import { gmailMailUrl, searchUrl } from '../../mail/web-mail.ts'
import { isoDate, readable } from '../../../platform/text.ts'
import { atom, bytesOf, sendCommand, textOf, type Token } from '../commands/send.ts'
import { messageIdOf } from './message-id.ts'

/** Mails that are shown of an account. */
export const NEWEST = 10

/** A mail, and what it is known by in whichever folder it lies. */
export interface FetchedMessage {
  readonly uid: number
  readonly mail: Message
  /** The same for the same mail in another folder; undefined where that cannot be told. */
  readonly sameAs: string | undefined
}

/** The folder that is selected, and who looks into it. */
export interface Selected {
  readonly user: string
  /** The webmail of the account. */
  readonly webUrl: string | undefined
  readonly folder: string
  readonly uidValidity: string
}

/** All fields of one mail together: a sender or a subject of a megabyte is cut by the server. */
const HEADER_BYTES = 16 * 1024

/**
 * Fetches them in the selected folder, all at once; one that is gone is not among the answer.
 *
 * ENVELOPE is not asked for: it has no bound, and of bytes that are neither ASCII nor UTF-8, which Korean and Japanese
 * senders still write, nothing is left by the time that a client has it.
 */
export async function fetchMessages(client: ImapFlow, uids: readonly number[], selected: Selected): Promise<readonly FetchedMessage[]> {
  const wanted = new Set(uids)
  if (wanted.size === 0) return []
  const found: FetchedMessage[] = []
  const { capabilities } = client
  const emailId = capabilities.has('X-GM-EXT-1') ? 'X-GM-MSGID' : capabilities.has('OBJECTID') ? 'EMAILID' : null
  const header: Token = {
    type: 'ATOM',
    value: 'BODY.PEEK',
    section: [atom('HEADER.FIELDS'), HEADER_FIELDS.map(atom)],
    partial: [0, HEADER_BYTES],
  }
  const items = [atom('UID'), atom('INTERNALDATE'), ...(emailId === null ? [] : [atom(emailId)]), header]
  const take = (parts: readonly Token[]): void => {
    const row = rowOf(parts)
    // A server tells also of mails that nobody asked for, and without the fields that are wanted.
    if (!row || !wanted.delete(row.uid)) return
    const mail = foundMailOf(row, selected)
    if (mail) found.push(mail)
  }
  await sendCommand(client, 'UID FETCH', [{ type: 'SEQUENCE', value: uids.join(',') }, items], { FETCH: take })
  return found
}

interface Row {
  readonly uid: number
  readonly header: Buffer
  readonly arrived: string | null
  readonly emailId: string | null
  readonly isGmail: boolean
}

/** `FETCH (UID 5 INTERNALDATE "…" BODY[HEADER.FIELDS (…)]<0> {12}…)`; null where it holds no header. */
function rowOf(parts: readonly Token[]): Row | null {
  const list = parts.find((part): part is readonly Token[] => Array.isArray(part)) ?? []
  let uid = 0
  let header: Buffer | null = null
  let arrived: string | null = null
  let emailId: string | null = null
  let isGmail = false
  for (let at = 0; at + 1 < list.length; at += 2) {
    const value = list[at + 1]
    switch (textOf(list[at])?.toUpperCase()) {
      case 'UID':
        uid = Number(textOf(value))
        break
      case 'INTERNALDATE':
        arrived = textOf(value)
        break
      case 'X-GM-MSGID':
        emailId = textOf(value)
        isGmail = true
        break
      case 'EMAILID':
        emailId = Array.isArray(value) ? textOf(value[0]) : null
        break
      case 'BODY':
        // A header without any of the fields is NIL at some servers.
        header = bytesOf(value) ?? Buffer.alloc(0)
        break
    }
  }
  return header && Number.isSafeInteger(uid) && uid > 0 ? { uid, header, arrived, emailId, isGmail } : null
}

function foundMailOf(
  { uid, header, arrived, emailId, isGmail }: Row,
  { user, webUrl, folder, uidValidity }: Selected,
): FetchedMessage | null {
  const id = messageIdOf({ folder, uidValidity, uid })
  if (id === null) return null
  const { from, subject, date: written, messageId } = readMessageHeader(header)
  // When it came, for what a sender says of the time may be anything.
  const date = isoDate(new Date(arrived ?? Number.NaN)) ?? written
  const url = isGmail && emailId !== null ? gmailMailUrl(user, emailId) : searchUrl({ webUrl, user }, messageId)
  return {
    uid,
    mail: {
      id,
      folder: readable(folder),
      from,
      subject,
      ...(date !== undefined && { date }),
      ...(url !== undefined && { url }),
      ...(messageId !== undefined && { messageId }),
    },
    sameAs: emailId === null ? messageId && `<${messageId}>` : `id:${emailId}`,
  }
}

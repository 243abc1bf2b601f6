/** The newest unread mails of a folder: who, what and when, fetched once for each mail. */
import type { ImapFlow } from 'imapflow'
import type { Mail } from '../../protocol.ts'
import { isoDate, readable } from '../words.ts'

/** Mails that are shown of an account. */
export const NEWEST = 10

/** What is known of the mails of one folder, by UID. */
export interface MailCache {
  /**
   * The mails of these UIDs in the selected folder, newest first; only those that are not known yet are fetched.
   * A mail that has gone meanwhile is left out.
   */
  read(client: ImapFlow, uids: readonly number[]): Promise<readonly Mail[]>
}

export function createMailCache(folder: string): MailCache {
  let uidValidity = ''
  let known = new Map<number, Mail>()

  return {
    async read(client, uids) {
      const current = client.mailbox === false ? '' : String(client.mailbox.uidValidity)
      if (current !== uidValidity) known = new Map()
      uidValidity = current
      const missing = uids.filter((uid) => !known.has(uid))
      if (missing.length > 0) {
        // Never the body: the envelope is what the server has of the header already.
        for (const { uid, envelope, internalDate } of await client.fetchAll(
          missing,
          { envelope: true, internalDate: true },
          { uid: true },
        )) {
          const sender = envelope?.from?.[0] ?? envelope?.sender?.[0]
          const date = isoDate(envelope?.date) ?? isoDate(internalDate)
          known.set(uid, {
            id: `${uidValidity}.${uid}`,
            folder,
            from: readable(sender?.name ?? '') || readable(sender?.address ?? ''),
            subject: readable(envelope?.subject ?? ''),
            ...(date !== undefined && { date }),
          })
        }
      }
      const found = uids.map((uid): [number, Mail | undefined] => [uid, known.get(uid)])
      known = new Map(found.filter((pair): pair is [number, Mail] => pair[1] !== undefined))
      return [...known.values()]
    },
  }
}

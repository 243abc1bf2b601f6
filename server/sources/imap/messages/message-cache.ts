/** The newest unread mails of each folder, as far as they were read: each is fetched once, and told once. */
import type { Message } from '../../../../common/protocol/wire.ts'
import { type FetchedMessage, NEWEST } from './fetch.ts'

export interface MessageCache {
  /** Which of these are not known yet. A folder whose UIDVALIDITY has changed begins anew. */
  missing(folder: string, uidValidity: string, uids: readonly number[]): readonly number[]
  /** These are the newest of the folder now, newest first; the others of it are forgotten. */
  put(folder: string, uids: readonly number[], found: readonly FetchedMessage[]): void
  /** Forgets all folders but these. */
  keep(isKept: (folder: string) => boolean): void
  /** The newest of all folders, newest first, at most ten; one that lies in several folders is there once. */
  newest(): readonly Message[]
}

interface FolderMails {
  readonly uidValidity: string
  mails: ReadonlyMap<number, FetchedMessage>
}

export function createMessageCache(): MessageCache {
  const folders = new Map<string, FolderMails>()

  return {
    missing(folder, uidValidity, uids) {
      let known = folders.get(folder)
      if (known?.uidValidity !== uidValidity) folders.set(folder, (known = { uidValidity, mails: new Map() }))
      const { mails } = known
      return uids.filter((uid) => !mails.has(uid))
    },
    put(folder, uids, found) {
      const known = folders.get(folder)
      if (!known) return
      const fresh = new Map(found.map((mail) => [mail.uid, mail]))
      known.mails = new Map(
        uids.flatMap((uid) => {
          const mail = known.mails.get(uid) ?? fresh.get(uid)
          return mail ? [[uid, mail] as const] : []
        }),
      )
    },
    keep(isKept) {
      for (const folder of folders.keys()) if (!isKept(folder)) folders.delete(folder)
    },
    newest() {
      /** Where a mail was met first, by what it is known by. */
      const homes = new Map<string, string>()
      const all: Message[] = []
      for (const [folder, { mails }] of folders) {
        for (const { mail, sameAs } of mails.values()) {
          // In one folder the same mail twice is two mails: each is counted.
          if (sameAs !== undefined && (homes.get(sameAs) ?? folder) !== folder) continue
          if (sameAs !== undefined) homes.set(sameAs, folder)
          all.push(mail)
        }
      }
      // ISO 8601 in UTC: the order of the texts is that of the times.
      return all.toSorted((a, b) => compare(b.date ?? '', a.date ?? '')).slice(0, NEWEST)
    },
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The newest unread messages of each folder, so that each is fetched once and reported once. */
import type { Message } from '../../../../common/protocol/wire.ts'
import { LATEST_MESSAGES } from '../../lib/mail/latest.ts'
import type { WireName } from '../names.ts'
import type { FetchedMessage } from './fetch.ts'

export function createMessageCache() {
  const folders = new Map<WireName, { readonly uidValidity: string; messages: ReadonlyMap<number, FetchedMessage> }>()

  return {
    /** Those of these UIDs that are not cached. A new UIDVALIDITY empties the folder. */
    missing(folder: WireName, uidValidity: string, uids: readonly number[]): readonly number[] {
      let cached = folders.get(folder)
      if (cached?.uidValidity !== uidValidity) folders.set(folder, (cached = { uidValidity, messages: new Map() }))
      const { messages } = cached
      return uids.filter((uid) => !messages.has(uid))
    },
    /** Sets the newest messages of the folder, newest first, and drops its others. */
    put(folder: WireName, uids: readonly number[], fetched: readonly FetchedMessage[]): void {
      const cached = folders.get(folder)
      if (!cached) return
      const all = byUid([...fetched, ...cached.messages.values()])
      cached.messages = byUid(uids.map((uid) => all.get(uid)).filter((message) => message !== undefined))
    },
    /** Drops all other folders. */
    retain(isRetained: (folder: WireName) => boolean): void {
      for (const folder of folders.keys()) if (!isRetained(folder)) folders.delete(folder)
    },
    /** The newest of all folders, newest first; one that lies in several folders appears once. */
    newest(): readonly Message[] {
      /** The first folder of each message, by identity. */
      const folderOf = new Map<string, WireName>()
      const all: Message[] = []
      for (const [folder, { messages }] of folders) {
        for (const { message, identity } of messages.values()) {
          // Twice in one folder is two messages: each is counted.
          if (identity !== undefined && (folderOf.get(identity) ?? folder) !== folder) continue
          if (identity !== undefined) folderOf.set(identity, folder)
          all.push(message)
        }
      }
      // ISO 8601 in UTC sorts as text.
      return all.toSorted((a, b) => compare(b.date ?? '', a.date ?? '')).slice(0, LATEST_MESSAGES)
    },
  }
}

const byUid = (messages: readonly FetchedMessage[]): ReadonlyMap<number, FetchedMessage> =>
  new Map(messages.map((message) => [message.uid, message]))

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

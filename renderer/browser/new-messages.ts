/**
 * When a notification is due in the browser: unread of an account rose. None for what is there at the start, none when
 * it falls, none for a number that is not fresh. The desktop's main process has a rule of its own for its own alerts.
 */
import type { LinkView } from '../../client/poll-loop.ts'
import type { Message } from '../../common/protocol/wire.ts'
import { isFresh } from '../../common/model/totals.ts'

/** What was last known for sure of an account. */
export interface Known {
  readonly unread: number
  readonly mails: ReadonlySet<string>
}

export interface NewMessage {
  readonly account: string
  /** How many more than before. */
  readonly by: number
  readonly unread: number
  /** Those not seen before, newest first; empty where the source does not tell. */
  readonly mails: readonly Message[]
}

/**
 * True where the number of an account has risen and not all of its mails are named yet: a source tells the count at
 * once, and then who wrote.
 */
export function awaitsNames(known: ReadonlyMap<string, Known>, view: LinkView): boolean {
  return findNewMessages(known, view).rises.some(
    ({ account, by, mails }) => mails.length < by && view.accounts?.some(({ id, latest }) => id === account && latest !== undefined),
  )
}

const keyOf = (mail: Message): string => JSON.stringify([mail.folder ?? '', mail.id])

export function findNewMessages(
  known: ReadonlyMap<string, Known>,
  view: LinkView,
): { readonly known: ReadonlyMap<string, Known>; readonly rises: readonly NewMessage[] } {
  const next = new Map(known)
  const rises: NewMessage[] = []
  for (const account of view.accounts ?? []) {
    if (account.unread === null || !isFresh(view.link, account)) continue
    const mails = account.latest ?? []
    const before = known.get(account.id)
    next.set(account.id, { unread: account.unread, mails: new Set(mails.map(keyOf)) })
    if (before && account.unread > before.unread) {
      const by = account.unread - before.unread
      rises.push({
        account: account.id,
        by,
        unread: account.unread,
        mails: mails.filter((mail) => !before.mails.has(keyOf(mail))).slice(0, by),
      })
    }
  }
  return { known: next, rises }
}

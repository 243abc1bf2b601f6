/** The latest unread mails of all accounts. Whatever a stranger wrote is bounded text here, and never more. */
import type { ServerView } from '../../common/protocol/bridge.ts'
import type { Account, Message, MessageAction } from '../../common/protocol/wire.ts'

export interface MessageLine {
  readonly key: string
  readonly account: string
  /** Empty where its source does not tell. */
  readonly folder: string
  /** The name, or the address where there is no name; empty where neither is known. */
  readonly sender: string
  /** The whole `From`, for a tooltip: a name can claim anything. */
  readonly from: string
  readonly subject: string
  readonly dateMs: number | null
  /** Where it opens on the web, or else its inbox; null where neither is known. */
  readonly url: string | null
  readonly actions: readonly MessageAction[]
  /** What names it to its server. */
  readonly at: { readonly server: string; readonly account: string; readonly message: string }
}

const SHOWN = 20
const LONGEST = 300

/** What breaks a line, or turns the direction of writing around. */
const UNWANTED = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu

/** At most `longest` characters of it on one line, without half of any surrogate pair. */
export function plain(text: string, longest = LONGEST): string {
  const cut = text
    .slice(0, longest)
    .replace(UNWANTED, ' ')
    .replace(/\p{Cs}$/u, '')
    .toWellFormed()
    .trim()
  return text.length > longest ? `${cut}…` : cut
}

/** The display name of a `From` (RFC 5322, section 3.4), without its quotes; else the address. */
export function senderName(from: string): string {
  const parts = /^\s*(?:"(.*)"|([^<]*?))\s*<([^<>]*)>\s*$/s.exec(from.slice(0, 4 * LONGEST))
  const name = parts?.[1]?.replace(/\\(.)/g, '$1') ?? parts?.[2] ?? from
  return plain(name) || plain(parts?.[3] ?? '')
}

/** @param isWanted leaves out what is not looked for. */
export function latestMessages(
  servers: readonly Pick<ServerView, 'id' | 'accounts'>[],
  isWanted: (line: MessageLine) => boolean = () => true,
): readonly MessageLine[] {
  const lines = servers.flatMap(({ id, accounts }) =>
    (accounts ?? []).flatMap((account) => (account.latest ?? []).map((mail) => toLine(id, account, mail))),
  )
  return lines
    .filter(isWanted)
    .toSorted((a, b) => (b.dateMs ?? 0) - (a.dateMs ?? 0))
    .slice(0, SHOWN)
}

function toLine(server: string, account: Account, mail: Message): MessageLine {
  const dateMs = mail.date === undefined ? Number.NaN : Date.parse(mail.date)
  return {
    key: JSON.stringify([server, account.id, mail.folder ?? '', mail.id]),
    account: plain(account.id),
    folder: plain(mail.folder ?? ''),
    sender: senderName(mail.from),
    from: plain(mail.from),
    subject: plain(mail.subject),
    dateMs: Number.isNaN(dateMs) ? null : dateMs,
    url: webAddress(mail.url) ?? webAddress(account.url),
    actions: account.actions ?? [],
    at: { server, account: account.id, message: mail.id },
  }
}

/** The wire's schema has looked at it already; a link to a script is worth a second look. */
export function webAddress(url: string | undefined): string | null {
  return url !== undefined && /^https?:\/\//i.test(url) ? url : null
}

/** The latest unread mails of all accounts. Whatever a stranger wrote is bounded text here, and never more. */
import type { ServerView } from '../../main/ipc.ts'
import type { Mail } from '../../server/protocol.ts'

export interface MailLine {
  readonly key: string
  readonly account: string
  /** The name, or the address where there is no name; empty where neither is known. */
  readonly sender: string
  /** The whole `From`, for a tooltip: a name can claim anything. */
  readonly from: string
  readonly subject: string
  readonly dateMs: number | null
}

const SHOWN = 20
const LONGEST = 300

/** At most `longest` characters, without half a surrogate pair, and with everything that breaks or hides a line as a space. */
export function plain(text: string, longest = LONGEST): string {
  const cut = text
    .slice(0, longest)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\p{Cs}$/u, '')
    .trim()
  return text.length > longest ? `${cut}…` : cut
}

/** The display name of a `From` (RFC 5322, section 3.4), without its quotes; else the address. */
export function senderName(from: string): string {
  const parts = /^\s*(?:"(.*)"|([^<]*?))\s*<([^<>]*)>\s*$/s.exec(from.slice(0, 4 * LONGEST))
  const name = parts?.[1]?.replace(/\\(.)/g, '$1') ?? parts?.[2] ?? from
  return plain(name) || plain(parts?.[3] ?? '')
}

export function latestMails(servers: readonly Pick<ServerView, 'id' | 'accounts'>[]): readonly MailLine[] {
  const lines = servers.flatMap(({ id, accounts }) =>
    (accounts ?? []).flatMap((account) => (account.latest ?? []).map((mail) => toLine(id, account.id, mail))),
  )
  return lines.toSorted((a, b) => (b.dateMs ?? 0) - (a.dateMs ?? 0)).slice(0, SHOWN)
}

function toLine(server: string, account: string, mail: Mail): MailLine {
  const dateMs = mail.date === undefined ? Number.NaN : Date.parse(mail.date)
  return {
    key: JSON.stringify([server, account, mail.folder ?? '', mail.id]),
    account: plain(account),
    sender: senderName(mail.from),
    from: plain(mail.from),
    subject: plain(mail.subject),
    dateMs: Number.isNaN(dateMs) ? null : dateMs,
  }
}

/**
 * Pure: when a notification is due, and what it says.
 *
 * One when unread of an account rises, or when a mail is there that is newer than any seen before; several mails at
 * once make one. None for what is there at the start, none when the number falls, none for a number that is not fresh.
 * A rise while the link was away is told once it is back. No mail is told twice.
 */
import type { Account, Mail, MailAction } from '../../server/protocol.ts'
import type { Language, MailOfServer, ServerView } from '../ipc.ts'
import { isFresh } from './trust.ts'
import { type Words, wordsFor } from './words.ts'

export interface Alert {
  /** The same for every alert of one account: a new one replaces the one before. */
  readonly id: string
  readonly server: string
  readonly account: string
  readonly title: string
  readonly body: string
  /** What can be done with the one mail that it tells of, each with its words; empty where it tells of several. */
  readonly acts: readonly AlertAct[]
}

export interface AlertAct {
  readonly label: string
  readonly request: MailOfServer
}

/** What was last known for sure of one account. */
interface Known {
  readonly unread: number
  /** Mails that were seen in `latest`, the most recent last; null where the source tells none. */
  readonly seen: readonly string[] | null
  /** Unread mails that `latest` did not name. */
  readonly outOfSight: number
  /** The newest date seen; '' before any. ISO 8601 in UTC, so that text order is time order. */
  readonly newest: string
}

/** Everything that must be remembered from one state to the next; begins empty. */
export type AlertMemory = ReadonlyMap<string, Known>

export interface AlertInput {
  readonly servers: readonly ServerView[]
  readonly language: Language
}

/** As many mails are remembered for an account: many times what `latest` shows at once. */
const SEEN = 500
const SENDERS = 3

/**
 * True where the number of an account has risen and its mails are not named yet, though they may be soon: a source tells
 * the count at once, and then who wrote.
 */
export function awaitsNames(memory: AlertMemory, servers: readonly ServerView[]): boolean {
  return servers.some((server) =>
    (server.accounts ?? []).some((account) => {
      const before = memory.get(keyOfAccount(server, account))
      if (!before || before.seen === null || !account.latest || account.unread === null || !isFresh(server.link, account)) return false
      const news = newsOf(before, account.unread, account.latest)
      return news !== null && news.mails.length < news.count
    }),
  )
}

export function alertsOf(
  memory: AlertMemory,
  { servers, language }: AlertInput,
): { readonly memory: AlertMemory; readonly alerts: readonly Alert[] } {
  const words = wordsFor(language)
  const next = new Map(memory)
  const alerts: Alert[] = []
  for (const server of servers) {
    for (const account of server.accounts ?? []) {
      if (account.unread === null || !isFresh(server.link, account)) continue
      const key = keyOfAccount(server, account)
      const before = memory.get(key)
      const news = before ? newsOf(before, account.unread, account.latest) : null
      next.set(key, rememberedOf(before, account.unread, account.latest))
      if (news) {
        const acts = actsOf(news, server.id, account, words)
        alerts.push({ id: key, server: server.id, account: account.id, ...textOf(news, account, words), acts })
      }
    }
  }
  forgetRemoved(next, servers)
  return { memory: next, alerts }
}

interface News {
  readonly count: number
  /** Those that can be named, newest first. */
  readonly mails: readonly Mail[]
}

function newsOf(before: Known, unread: number, latest: readonly Mail[] | undefined): News | null {
  const by = Math.max(0, unread - before.unread)
  if (!latest || before.seen === null) return by > 0 ? { count: by, mails: [] } : null
  const seen = new Set(before.seen)
  const unseen = latest.filter((mail) => !seen.has(keyOf(mail)))
  const newer = unseen.filter(({ date }) => date !== undefined && date > before.newest)
  // A mail that was read and is unread again lets the number rise, and is no news; but not every source names the
  // mails of all folders, so a rise out of sight is.
  const outOfSight = outOfSightOf(unread, latest) - before.outOfSight
  // What comes into sight was counted before.
  const revealed = Math.max(0, -outOfSight)
  const count = Math.min(Math.max(by, newer.length - revealed), unseen.length + Math.max(0, outOfSight))
  return count === 0 ? null : { count, mails: unseen.slice(0, count) }
}

function rememberedOf(before: Known | undefined, unread: number, latest: readonly Mail[] | undefined): Known {
  if (!latest) return { unread, seen: before?.seen ?? null, outOfSight: before?.outOfSight ?? 0, newest: before?.newest ?? '' }
  const seen = new Set(before?.seen)
  let newest = before?.newest ?? ''
  for (const mail of latest.toReversed()) {
    seen.delete(keyOf(mail))
    seen.add(keyOf(mail))
    if (mail.date !== undefined && mail.date > newest) newest = mail.date
  }
  return { unread, seen: [...seen].slice(-SEEN), outOfSight: outOfSightOf(unread, latest), newest }
}

const outOfSightOf = (unread: number, latest: readonly Mail[]): number => Math.max(0, unread - latest.length)

/** Accounts that left a server that answers, and servers that were left, begin anew when they come back. */
function forgetRemoved(memory: Map<string, Known>, servers: readonly ServerView[]): void {
  const there = new Set(servers.flatMap(({ id, accounts }) => (accounts ?? []).map((account) => JSON.stringify([id, account.id]))))
  const silent = new Set(servers.filter(({ accounts, link }) => accounts === null || link.phase !== 'live').map(({ id }) => id))
  for (const key of memory.keys()) {
    const [server]: unknown[] = JSON.parse(key)
    if (!there.has(key) && !silent.has(String(server))) memory.delete(key)
  }
}

const keyOfAccount = (server: Pick<ServerView, 'id'>, account: Pick<Account, 'id'>): string => JSON.stringify([server.id, account.id])

const keyOf = ({ folder, id }: Mail): string => JSON.stringify([folder ?? '', id])

const ACT_WORDS = { read: 'markRead', archive: 'archive', delete: 'delete' } as const satisfies Record<MailAction, string>

function actsOf({ count, mails: [mail] }: News, server: string, account: Account, words: Words): readonly AlertAct[] {
  if (count !== 1 || !mail) return []
  return (account.actions ?? []).map((action) => ({
    label: words.t(ACT_WORDS[action]),
    request: { server, account: account.id, message: mail.id, action },
  }))
}

function textOf({ count, mails }: News, account: Account, words: Words): { title: string; body: string } {
  const [mail] = mails
  if (!mail)
    return { title: words.t('newMails', { count }), body: words.t('accountUnread', { account: account.id, count: account.unread ?? 0 }) }
  if (count === 1) return { title: senderOf(mail) || words.t('newMail'), body: plain(mail.subject) || words.t('noSubject') }
  const senders = [...new Set(mails.map(senderOf).filter((sender) => sender !== ''))].slice(0, SENDERS)
  const named = mails.filter((each) => senders.includes(senderOf(each))).length
  const who = words.list(senders)
  const more = count - named
  return {
    title: words.t('newMails', { count }),
    body: senders.length === 0 ? account.id : more > 0 ? words.t('andOthers', { senders: who, count: more }) : who,
  }
}

/** The name of a sender; the address where there is none. */
function senderOf({ from }: Mail): string {
  const text = plain(from)
  const open = text.lastIndexOf('<')
  if (open < 0 || !text.endsWith('>')) return text
  const name = text.slice(0, open).trim()
  return (
    (name.length > 1 && name.startsWith('"') && name.endsWith('"') ? name.slice(1, -1).trim() : name) || text.slice(open + 1, -1).trim()
  )
}

/** On one line, without the characters that reorder or hide text: what a stranger wrote must not pose as ours. */
const plain = (text: string): string =>
  text
    .replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ')
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
    .trim()

/** Text for a server of notifications that reads markup (Linux): `&` or `<` would blank the body. */
export const escapeMarkup = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

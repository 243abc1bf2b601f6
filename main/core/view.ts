/** Pure: what is known of all servers → everything that tray, badge and menu show. */
import type { Account } from '../../server/protocol.ts'
import type { Language, ServerView } from '../ipc.ts'
import { isFresh, totalsOf, type Totals } from './trust.ts'
import { type Words, wordsFor } from './words.ts'

/**
 * How the icon looks; each differs in shape, not in colour alone. `offline`: no number is true just now.
 * `attention`: nothing to tell but that a person is needed.
 */
type Look = 'idle' | 'unread' | 'offline' | 'attention'

export interface IconView {
  readonly look: Look
  /** Shown on the icon; null where none is to be. */
  readonly count: number | null
  /** The number is not the whole truth: some account is old, not counted or needs somebody. */
  readonly incomplete: boolean
}

export type MenuAction = 'open' | 'check-now' | 'quit'
export type MenuEntry =
  | { readonly kind: 'separator' }
  /** A line that only tells. */
  | { readonly kind: 'line'; readonly label: string }
  | { readonly kind: 'action'; readonly action: MenuAction; readonly label: string }

export interface TrayView {
  readonly icon: IconView
  /** Text beside the icon, where the system has that (macOS). */
  readonly title: string
  readonly tooltip: string
  /** 0 shows none. `description` is for screen readers. */
  readonly badge: { readonly count: number; readonly description: string }
  readonly menu: readonly MenuEntry[]
}

export interface ViewInput {
  readonly servers: readonly ServerView[]
  readonly language: Language
}

/** More accounts than this make no menu any more. */
const MENU_ACCOUNTS = 20

export function viewOf({ servers, language }: ViewInput): TrayView {
  const words = wordsFor(language)
  const totals = totalsOf(servers)
  const icon = iconOf(totals)
  const summary = summaryOf(totals, words)
  const lines = linesOf(servers, words)
  return {
    icon,
    title: icon.count === null ? '' : cap(icon.count) + (icon.incomplete ? '?' : ''),
    tooltip: ['Mailbell', summary].join('\n'),
    badge: { count: icon.count ?? 0, description: summary },
    menu: [
      { kind: 'line', label: summary },
      ...(lines.length > 0 ? [SEPARATOR] : []),
      ...lines.map((label): MenuEntry => ({ kind: 'line', label })),
      SEPARATOR,
      { kind: 'action', action: 'open', label: words.t('open') },
      { kind: 'action', action: 'check-now', label: words.t('checkNow') },
      SEPARATOR,
      { kind: 'action', action: 'quit', label: words.t('quit') },
    ],
  }
}

const SEPARATOR: MenuEntry = { kind: 'separator' }

/** As it stands on an icon or beside it. */
export const cap = (count: number): string => (count > 99 ? '99+' : String(count))

/**
 * The number on the icon is the sum of all that is known, marked where a part of it may be old: a number that fell
 * whenever one account reconnects would tell a lie twice. Where nothing is true just now, there is no number at all.
 */
function iconOf({ unread, fresh, old, uncounted, live, needsSomebody }: Totals): IconView {
  const incomplete = old + uncounted > 0 || needsSomebody
  if (fresh > 0 && unread > 0) return { look: 'unread', count: unread, incomplete }
  if (needsSomebody) return { look: 'attention', count: null, incomplete: true }
  if (fresh === 0 && (live === 0 || old + uncounted > 0)) return { look: 'offline', count: null, incomplete: true }
  return { look: 'idle', count: null, incomplete }
}

function summaryOf({ unread, fresh, old, uncounted, live, needsSomebody }: Totals, words: Words): string {
  if (fresh + old + uncounted === 0) return needsSomebody ? words.t('needsSomebody') : words.t('noAccounts')
  if (fresh === 0) return words.t(needsSomebody ? 'needsSomebody' : old === 0 ? 'notCounted' : live === 0 ? 'notConnected' : 'allOld')
  const count = unread === 0 ? words.t('nothingUnread') : words.t('unread', { count: unread })
  const but = needsSomebody ? 'needsSomebody' : old > 0 ? 'partlyOld' : uncounted > 0 ? 'partlyCounted' : null
  return but === null ? count : `${count} – ${words.t(but)}`
}

/** The state of every link, whatever the number of accounts: it is what explains the icon. */
function linesOf(servers: readonly ServerView[], words: Words): readonly string[] {
  let room = MENU_ACCOUNTS
  let more = 0
  const lines = servers.flatMap(({ link, accounts, label }) => {
    const nameOf = ({ id }: Account): string => (label === null || servers.length === 1 ? id : `${id} (${label})`)
    const state = linkLine(label ?? words.t('thisComputer'), link, words)
    const all = accounts ?? []
    const named = all.slice(0, room)
    room -= named.length
    more += all.length - named.length
    return [
      ...(state === null ? [] : [state]),
      ...named.map((account) => accountLine(account, nameOf(account), isFresh(link, account), words)),
    ]
  })
  return more === 0 ? lines : [...lines, words.t('moreAccounts', { count: more })]
}

function linkLine(server: string, link: ServerView['link'], words: Words): string | null {
  switch (link.phase) {
    case 'live':
      return null
    case 'connecting':
      return words.t('linkConnecting', { server })
    case 'retrying':
      return words.t('linkRetrying', { server, when: words.clock(link.atMs) })
    case 'signed-out':
      return words.t('linkSignedOut', { server })
    case 'stopped':
      return words.t('linkStopped', { server })
  }
}

function accountLine({ unread, status, error }: Account, account: string, fresh: boolean, words: Words): string {
  if (status === 'error') return words.t(error?.code === 'auth' ? 'accountRefused' : 'accountFailed', { account })
  if (unread === null) return words.t('accountNotCounted', { account })
  return words.t(fresh ? 'accountUnread' : 'accountOld', { account, count: unread })
}

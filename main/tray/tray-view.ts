/** Pure: what tray and badge show. */
import type { Counting } from '../../common/model/counting.ts'
import { isMuted } from '../../common/model/silence/mutes.ts'
import { formatCount, isUncertain, totalsOf, type Totals, TRUST_WORDS, trustOf } from '../../common/model/totals.ts'
import type { DesktopSettings } from '../../common/protocol/settings.ts'
import type { Words } from '../../common/words/words.ts'
import type { AppState } from '../state/state.ts'
import { type MenuEntry, menuOf } from './menu.ts'
import { statusLines } from './status-lines.ts'

/** Each state differs in shape, not in colour alone. `unknown`: no number is known to be right; `attention`: the user is needed. */
type IconState = 'plain' | 'unread' | 'unknown' | 'attention'

/** What the icon stands on: a light or a dark panel, or a system that colours the shape itself (macOS template). */
export type IconScheme = 'light' | 'dark' | 'template'

export interface IconView {
  readonly state: IconState
  /** Shown on the icon; null for none, or if a dot replaces it. */
  readonly count: number | null
  /** The number is incomplete: an account is stale, not checked yet or needs attention. */
  readonly incomplete: boolean
  /** All notifications are muted. */
  readonly muted: boolean
}

export interface TrayView {
  readonly icon: IconView
  readonly scheme: IconScheme
  /** Text beside the icon, if the system has that (macOS). */
  readonly title: string
  readonly tooltip: string
  readonly menu: readonly MenuEntry[]
}

export interface BadgeView {
  /** 0 shows none. */
  readonly count: number
  /** For screen readers. */
  readonly description: string
}

export interface TrayInput extends Pick<AppState, 'servers' | 'desktopSettings' | 'lastSeen' | 'platform' | 'isPanelDark'> {
  readonly words: Words
  readonly nowMs: number
}

/** Windows cuts a tooltip after 127 characters, and in the middle of a line; elsewhere more would not be read. */
const MAX_TOOLTIP_CHARACTERS: Partial<Record<NodeJS.Platform, number>> = { win32: 127 }
const READABLE_CHARACTERS = 600

export function trayViewOf(input: TrayInput): { readonly tray: TrayView; readonly badge: BadgeView } {
  const { servers, words, desktopSettings: settings, nowMs, platform, isPanelDark } = input
  const totals = totalsOf(servers, countingOf(input))
  const muted = isMuted(settings.muted, null, nowMs)
  const number = iconFor(totals)
  const summary = summaryText(totals, settings.counts === 'last-look', words)
  const lines = statusLines(servers, words)
  return {
    tray: {
      icon: applyTrayStyle(settings.trayShows, { ...number, muted }),
      scheme: platform === 'darwin' ? 'template' : isPanelDark ? 'dark' : 'light',
      title: number.count === null || settings.trayShows !== 'number' ? '' : formatCount(number.count, number.incomplete),
      tooltip: fitLines(
        ['Mailbell', muted ? `${summary} (${words.t('muted')})` : summary, ...lines],
        MAX_TOOLTIP_CHARACTERS[platform] ?? READABLE_CHARACTERS,
      ),
      menu: menuOf({ summary, lines, servers, settings, muted, words, nowMs }),
    },
    badge: { count: number.count ?? 0, description: summary },
  }
}

export const countingOf = ({
  desktopSettings: { notCounted, counts },
  lastSeen,
}: Pick<AppState, 'desktopSettings' | 'lastSeen'>): Counting => ({
  notCounted,
  lastSeen: counts === 'all' ? null : lastSeen,
})

/**
 * The number is the sum of all known counts, marked if a part of it may be stale: a number that dropped whenever one
 * account reconnects would be wrong twice. Where no count is known to be right, there is no number.
 */
function iconFor(totals: Totals): Omit<IconView, 'muted'> {
  const { unread, fresh, live, needsAttention } = totals
  const incomplete = isUncertain(totals)
  if (fresh > 0 && unread > 0) return { state: 'unread', count: unread, incomplete }
  if (needsAttention) return { state: 'attention', count: null, incomplete: true }
  if (fresh === 0 && (live === 0 || incomplete)) return { state: 'unknown', count: null, incomplete: true }
  return { state: 'plain', count: null, incomplete }
}

/** `dot` hides how many; `nothing` leaves only the states that need the user. */
function applyTrayStyle(trayShows: DesktopSettings['trayShows'], icon: IconView): IconView {
  if (icon.state !== 'unread' || trayShows === 'number') return icon
  return { ...icon, count: null, state: trayShows === 'dot' ? 'unread' : 'plain' }
}

function summaryText(totals: Totals, sinceLook: boolean, words: Words): string {
  const { unread, fresh, old, unchecked, leftOut, live, needsAttention } = totals
  const trust = trustOf(totals)
  if (fresh + old + unchecked === 0) return words.t(needsAttention ? 'needsAttention' : leftOut > 0 ? 'nothingCounted' : 'noAccounts')
  if (fresh === 0)
    return words.t(needsAttention ? 'needsAttention' : trust === 'none' ? TRUST_WORDS.none : live === 0 ? 'notConnected' : 'allOld')
  const count = sinceLook
    ? unread === 0
      ? words.t('nothingNew')
      : words.t('newSinceVisit', { count: unread })
    : unread === 0
      ? words.t('allRead')
      : words.t('unread', { count: unread })
  const but = needsAttention ? 'needsAttention' : TRUST_WORDS[trust]
  return but === null ? count : `${count} – ${words.t(but)}`
}

/** As many whole lines as fit. */
function fitLines(lines: readonly string[], maxCharacters: number): string {
  let text = ''
  for (const line of lines) {
    const next = text === '' ? line : `${text}\n${line}`
    if (next.length > maxCharacters) break
    text = next
  }
  return text
}

/** Pure: what is known of all servers, and what the person has chosen → everything that tray, badge and menu show. */
import type { ServerView } from '../common/protocol/window-state.ts'
import type { DesktopSettings, Language } from '../common/protocol/settings.ts'
import { COUNT_ALL, type Counting, type LastSeen } from '../common/model/counting.ts'
import { type MenuEntry, menuOf } from './tray/menu.ts'
import { isMuted } from '../common/model/mutes.ts'
import { statusLines } from './tray/state-lines.ts'
import { totalsOf, type Totals, trustOf } from '../common/model/totals.ts'
import { type Words, wordsFor } from '../common/words/words.ts'

/**
 * How the icon looks; each differs in shape, not in colour alone. `offline`: no number is true just now.
 * `attention`: nothing to tell but that a person is needed.
 */
type IconState = 'idle' | 'unread' | 'offline' | 'attention'

export interface IconView {
  readonly state: IconState
  /** Shown on the icon; null where none is to be, as with a dot in its place. */
  readonly count: number | null
  /** The number is not the whole truth: some account is old, not counted or needs somebody. */
  readonly incomplete: boolean
  /** No notification comes of anything. */
  readonly muted: boolean
}

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
  readonly choices: DesktopSettings
  /** What was unread when the person looked last; null before any look. */
  readonly lastLook: LastSeen | null
  readonly nowMs: number
  readonly platform: NodeJS.Platform
}

/** Windows cuts a tooltip after 127 characters, and in the middle of a line. Elsewhere it is bounded by what anybody reads. */
const TOOLTIP_CHARACTERS: Partial<Record<NodeJS.Platform, number>> = { win32: 127 }
const READABLE_CHARACTERS = 600

export const countingOf = ({ choices: { notCounted, counts }, lastLook }: Pick<ViewInput, 'choices' | 'lastLook'>): Counting =>
  counts === 'all' && notCounted.length === 0 ? COUNT_ALL : { notCounted, lastSeen: counts === 'all' ? null : (lastLook ?? new Map()) }

export function viewOf(input: ViewInput): TrayView {
  const { servers, language, choices, nowMs, platform } = input
  const words = wordsFor(language)
  const totals = totalsOf(servers, countingOf(input))
  const muted = isMuted(choices.muted, null, nowMs)
  const number = iconFor(totals)
  const summary = summaryOf(totals, choices.counts === 'last-look', words)
  const lines = statusLines(servers, words)
  return {
    icon: applyTrayStyle(choices.trayShows, { ...number, muted }),
    title: number.count === null || choices.trayShows !== 'number' ? '' : formatCount(number.count) + (number.incomplete ? '?' : ''),
    tooltip: fitLines(
      ['Mailbell', muted ? `${summary} (${words.t('muted')})` : summary, ...lines],
      TOOLTIP_CHARACTERS[platform] ?? READABLE_CHARACTERS,
    ),
    badge: { count: number.count ?? 0, description: summary },
    menu: menuOf({ summary, lines, servers, choices, muted, words, nowMs }),
  }
}

/** As it stands on an icon or beside it. */
export const formatCount = (count: number): string => (count > 99 ? '99+' : String(count))

/**
 * The number on the icon is the sum of all that is known, marked where a part of it may be old: a number that fell
 * whenever one account reconnects would tell a lie twice. Where nothing is true just now, there is no number at all.
 */
function iconFor({ unread, fresh, old, uncounted, live, needsAttention }: Totals): Omit<IconView, 'muted'> {
  const incomplete = old + uncounted > 0 || needsAttention
  if (fresh > 0 && unread > 0) return { state: 'unread', count: unread, incomplete }
  if (needsAttention) return { state: 'attention', count: null, incomplete: true }
  if (fresh === 0 && (live === 0 || old + uncounted > 0)) return { state: 'offline', count: null, incomplete: true }
  return { state: 'idle', count: null, incomplete }
}

/** A dot says that there is something, and not how much; "nothing" leaves only what needs a person. */
function applyTrayStyle(trayShows: DesktopSettings['trayShows'], icon: IconView): IconView {
  if (icon.state !== 'unread' || trayShows === 'number') return icon
  return { ...icon, count: null, state: trayShows === 'dot' ? 'unread' : 'idle' }
}

function summaryOf(totals: Totals, sinceLook: boolean, words: Words): string {
  const { unread, fresh, old, uncounted, leftOut, live, needsAttention } = totals
  const trust = trustOf(totals)
  if (fresh + old + uncounted === 0) return words.t(needsAttention ? 'needsAttention' : leftOut > 0 ? 'nothingCounted' : 'noAccounts')
  if (fresh === 0)
    return words.t(needsAttention ? 'needsAttention' : trust === 'none' ? 'notCounted' : live === 0 ? 'notConnected' : 'allOld')
  const count = sinceLook
    ? unread === 0
      ? words.t('nothingNew')
      : words.t('newSinceVisit', { count: unread })
    : unread === 0
      ? words.t('allRead')
      : words.t('unread', { count: unread })
  const but = needsAttention ? 'needsAttention' : trust === 'partly-old' ? 'partlyOld' : trust === 'partly-counted' ? 'partlyCounted' : null
  return but === null ? count : `${count} – ${words.t(but)}`
}

/** Whole lines, as many as a tooltip takes. */
function fitLines(lines: readonly string[], most: number): string {
  let text = ''
  for (const line of lines) {
    const next = text === '' ? line : `${text}\n${line}`
    if (next.length > most) break
    text = next
  }
  return text
}

/** Pure: the tray's menu. On Linux a click on the icon may bring only this, so it holds everything that is urgent. */
import type { DesktopSettings } from '../../common/protocol/settings.ts'
import type { MuteForm } from '../../common/protocol/bridge.ts'
import type { ServerView } from '../../common/protocol/window-state.ts'
import { accountsOf, accountsToMarkRead, latestOf } from '../../common/model/accounts.ts'
import { MUTE_CHOICES, muteOfAll, mutesInForce } from '../../common/model/silence/mutes.ts'
import { cut, plain, senderName } from '../../common/model/text.ts'
import type { Words } from '../../common/words/words.ts'
import type { Command, PlainCommand } from '../commands/commands.ts'

export type MenuEntry =
  | { readonly kind: 'separator' }
  /** Text that cannot be clicked. */
  | { readonly kind: 'line'; readonly label: string }
  | { readonly kind: 'action'; readonly command: Command; readonly label: string }
  | { readonly kind: 'submenu'; readonly label: string; readonly entries: readonly MenuEntry[] }

export interface MenuInput {
  readonly summary: string
  readonly lines: readonly string[]
  readonly servers: readonly ServerView[]
  readonly settings: DesktopSettings
  /** All notifications are muted. */
  readonly muted: boolean
  readonly words: Words
  readonly nowMs: number
}

const MAX_LATEST = 5
const SENDER_CHARACTERS = 24
const SUBJECT_CHARACTERS = 40

const SEPARATOR: MenuEntry = { kind: 'separator' }

export function menuOf({ summary, lines, servers, settings, muted, words, nowMs }: MenuInput): readonly MenuEntry[] {
  const messages = latestEntries(servers, words)
  const hasInbox = settings.opensMailIn !== 'web' || accountsOf(servers).some(({ account }) => account.url !== undefined)
  const hasUnread = accountsToMarkRead(servers, null).length > 0
  const groups: readonly (readonly MenuEntry[])[] = [
    [{ kind: 'line', label: summary }],
    lines.map((label): MenuEntry => ({ kind: 'line', label })),
    messages,
    [
      actionEntry('open-window', words.t('open')),
      ...(hasInbox ? [actionEntry('open-inbox', words.t('openInbox'))] : []),
      ...(hasUnread ? [actionEntry('mark-all-read', words.t('markAllRead'))] : []),
      actionEntry('check-now', words.t('checkNow')),
    ],
    [
      muted
        ? muteEntry('off', unmuteLabel(settings, words, nowMs))
        : {
            kind: 'submenu',
            label: words.t('mute'),
            entries: MUTE_CHOICES.map(([until, key]) => muteEntry(until, words.t(key))),
          },
    ],
    [actionEntry('open-settings', words.t('openSettings')), actionEntry('show-about', words.t('about'))],
    [actionEntry('quit', words.t('quit'))],
  ]
  const filled = groups.filter((group) => group.length > 0)
  return filled.flatMap((group, index) => (index === 0 ? group : [SEPARATOR].concat(group)))
}

const actionEntry = (command: PlainCommand, label: string): MenuEntry => ({ kind: 'action', command: { do: command }, label })
const muteEntry = (until: MuteForm['until'], label: string): MenuEntry => ({ kind: 'action', command: { do: 'mute', until }, label })

function latestEntries(servers: readonly ServerView[], words: Words): readonly MenuEntry[] {
  return latestOf(servers)
    .slice(0, MAX_LATEST)
    .map(({ server, account, message }) => {
      const sender = cut(senderName(message.from) || words.t('newMail'), SENDER_CHARACTERS)
      const subject = cut(plain(message.subject) || words.t('noSubject'), SUBJECT_CHARACTERS)
      return {
        kind: 'action',
        command: { do: 'open-message', target: { server, account: account.id, message } },
        label: `${sender}: ${subject}`,
      }
    })
}

/** Says until when, if that is known. */
function unmuteLabel({ muted }: DesktopSettings, words: Words, nowMs: number): string {
  const untilMs = muteOfAll(mutesInForce(muted, nowMs))?.untilMs ?? null
  return untilMs === null ? words.t('unmute') : words.t('unmuteUntil', { when: words.dayTime(untilMs, nowMs) })
}

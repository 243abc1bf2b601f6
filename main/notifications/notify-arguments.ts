/** Pure: a notification as the arguments of `Notify`: https://specifications.freedesktop.org/notification/latest/ */
import { escapeMarkup, plain } from '../../common/model/text.ts'
import type { DesktopSettings } from '../../common/protocol/settings.ts'
import { APP_ID } from '../system/app-id.ts'
import type { NotificationPlan } from './compose.ts'

export const NOTIFY_SIGNATURE = 'susssasa{sv}i'
/** The key of a click on the notification itself. */
export const CLICK_KEY = 'default'
/** The key of a button is its place in the plan. */
export const buttonKey = (index: number): string => String(index)

const MAX_LINES = 8
/** The server decides how long a notification stays. */
const DEFAULT_TIMEOUT = -1
const NORMAL_URGENCY = 1

interface NotifyOptions {
  readonly sound: DesktopSettings['sound']
  /** What the server can show. */
  readonly capabilities: readonly string[]
  readonly openLabel: string
}

export function notifyArguments({ title, body, actions }: NotificationPlan, { sound, capabilities, openLabel }: NotifyOptions): unknown[] {
  const lines = body.split('\n').slice(0, MAX_LINES)
  const text = lines.map((line) => plain(line)).join('\n')
  const buttons = actions.flatMap(({ label }, index) => [buttonKey(index), label])
  return [
    'Mailbell',
    // No notification takes the id of another: a button that is pressed meanwhile would act on the newer message.
    0,
    APP_ID,
    plain(title),
    capabilities.includes('body-markup') ? escapeMarkup(text) : text,
    capabilities.includes('actions') ? [CLICK_KEY, openLabel, ...buttons] : [],
    [
      ['desktop-entry', ['s', APP_ID]],
      ['category', ['s', 'email.arrived']],
      ['urgency', ['y', NORMAL_URGENCY]],
      // It stays in the desktop's list of notifications until it is read.
      ['transient', ['b', false]],
      sound === 'system' ? ['sound-name', ['s', 'message-new-email']] : ['suppress-sound', ['b', true]],
    ],
    DEFAULT_TIMEOUT,
  ]
}

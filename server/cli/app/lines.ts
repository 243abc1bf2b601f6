/** Pure: the output of `mailbell status` and `mute`. */
import { namesOf } from '../../../common/model/account-names.ts'
import type { AppStatus } from '../../../common/protocol/control.ts'
import { withoutControls } from '../../../common/text.ts'
import { accountText } from '../watch/lines.ts'

type Total = Pick<AppStatus, 'unread' | 'isUncertain'>

/** The total, and a line for every account and every server that is not connected. */
export function statusLines(what: string, { unread, isUncertain }: Total, servers: AppStatus['servers']): readonly string[] {
  const nameOf = namesOf(servers.map(({ accounts }, index) => ({ id: String(index), accounts })))
  const lines = servers.flatMap(({ label, problem, accounts }, index) => [
    ...(problem === null ? [] : [`${label ?? 'this computer'} is not connected: ${problem}`]),
    ...accounts.map((account) => `${accountText(nameOf(String(index), account.id), account)}${label === null ? '' : ` (${label})`}`),
  ])
  return [
    `${what}: ${unread} unread${isUncertain ? ', incomplete or out of date' : ''}`,
    ...lines.map((line) => `  ${withoutControls(line)}`),
  ]
}

export const appLines = (status: AppStatus, nowMs: number): readonly string[] => [
  ...statusLines(`The desktop app ${status.version} (process ${status.pid})`, status, status.servers),
  mutedLine(status, nowMs),
]

export function mutedLine({ muted }: Pick<AppStatus, 'muted'>, nowMs: number): string {
  if (muted === null) return 'Notifications are not muted.'
  return muted.untilMs === null ? 'Notifications are muted.' : `Notifications are muted until ${timeText(muted.untilMs, nowMs)}.`
}

/** Local time, as `14:53`, with the date if that is not today. Swedish writes both as ISO 8601 does. */
function timeText(ms: number, nowMs: number): string {
  const date = new Date(ms)
  const text = date.toLocaleString('sv-SE').slice(0, 'YYYY-MM-DD HH:MM'.length)
  return date.toDateString() === new Date(nowMs).toDateString() ? (text.split(' ')[1] ?? text) : text
}

/** What is muted now, each with its end and the way out of it. */
import type { ServerView } from '../../../../common/protocol/window-state.ts'
import type { Mute } from '../../../../common/protocol/settings.ts'
import { plain } from '../../../../common/model/text.ts'
import { useUi } from '../../context.ts'
import type { SettingsForm } from '../use-settings.ts'
import { Failure } from '../Failure.tsx'

interface MuteListProps {
  readonly muted: readonly Mute[]
  readonly servers: readonly ServerView[]
  readonly choosing: SettingsForm
}

export function MuteList({ muted, servers, choosing: { choose, failure } }: MuteListProps) {
  const { words } = useUi()
  const nowMs = Date.now()
  const inForce = muted.filter(({ untilMs }) => untilMs === null || untilMs > nowMs)
  if (inForce.length === 0) return null

  const nameOf = ({ scope }: Mute): string => {
    if (scope === null) return words.t('mutedAll')
    const label = servers.find(({ id }) => id === scope.server)?.label ?? null
    return [scope.account, ...(scope.folder === undefined ? [] : [scope.folder]), ...(label === null ? [] : [`(${label})`])]
      .map((part) => plain(part))
      .join(' ')
  }

  return (
    <fieldset class="mutes">
      <legend>{words.t('mutes')}</legend>
      <ul class="rows">
        {inForce.map((mute) => {
          const what = nameOf(mute)
          return (
            <li key={JSON.stringify(mute.scope)}>
              <span>
                <bdi>{what}</bdi>{' '}
                <span class="help">
                  {mute.untilMs === null ? words.t('muteForever') : words.t('muteUntil', { when: words.moment(mute.untilMs, nowMs) })}
                </span>
              </span>
              <button
                type="button"
                class="quiet"
                aria-label={words.t('unmuteName', { name: what })}
                onClick={() => void choose({ muted: inForce.filter((other) => other !== mute) })}
              >
                {words.t('unmute')}
              </button>
            </li>
          )
        })}
      </ul>
      <Failure outcome={failure('muted')} />
    </fieldset>
  )
}

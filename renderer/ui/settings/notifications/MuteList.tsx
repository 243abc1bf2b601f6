/** What is muted now, and until when. */
import type { WindowState } from '../../../../common/protocol/window-state.ts'
import type { Mute, ReaderSettings } from '../../../../common/protocol/settings.ts'
import { plain } from '../../../../common/model/text.ts'
import { useNames, useUi } from '../../controls/context.ts'
import { Button } from '../../controls/Button.tsx'
import { ErrorMessage } from '../../controls/ErrorMessage.tsx'
import { useOutcome } from '../../controls/use-request.ts'

export function MuteList({ muted, servers }: Pick<ReaderSettings, 'muted'> & Pick<WindowState, 'servers'>) {
  const { words, bridge } = useUi()
  const nameOf = useNames()
  const { error, track } = useOutcome()
  const nowMs = Date.now()
  const active = muted.filter(({ untilMs }) => untilMs === null || untilMs > nowMs)
  if (active.length === 0) return null

  const nameOfMute = ({ scope }: Mute): string => {
    if (scope === null) return words.t('mutedAll')
    const label = servers.find(({ id }) => id === scope.server)?.label ?? null
    const more = [...(scope.folder === undefined ? [] : [scope.folder]), ...(label === null ? [] : [`(${label})`])]
    return [nameOf(scope.server, scope.account), ...more.map((part) => plain(part))].join(' ')
  }

  return (
    <fieldset class="mute-list">
      <legend>{words.t('mutes')}</legend>
      <ul class="rows">
        {active.map((mute) => {
          const name = nameOfMute(mute)
          return (
            <li key={JSON.stringify(mute.scope)}>
              <span>
                <bdi>{name}</bdi>{' '}
                <span class="help">
                  {mute.untilMs === null ? words.t('muteForever') : words.t('muteUntil', { when: words.moment(mute.untilMs, nowMs) })}
                </span>
              </span>
              <Button
                text={words.t('unmute')}
                class="text-button"
                label={words.t('unmuteName', { name })}
                onClick={() => void track(bridge.updateReaderSettings({ muted: active.filter((other) => other !== mute) }))}
              />
            </li>
          )
        })}
      </ul>
      <ErrorMessage error={error} />
    </fieldset>
  )
}

/** Until when what is muted. */
import type { Mute, Scope } from '../../../common/protocol/settings.ts'
import { settle, useDesktop, useUi } from '../context.ts'
import { MutedIcon } from '../controls/icons.tsx'
import './Muted.css'

/** @param of what is spoken of; a mute that covers more than it is named as such. */
export function MutedWords({ mute: { scope, untilMs }, of }: { readonly mute: Mute; readonly of: Scope | null }) {
  const { words } = useUi()
  const wider = of !== null && (scope === null || (scope.folder === undefined && of.folder !== undefined))
  const until = untilMs === null ? words.t('mutedAlways') : words.t('mutedUntil', { when: words.moment(untilMs, Date.now()) })
  return <>{wider ? `${until} (${words.t(scope === null ? 'mutedWithAll' : 'mutedWithAccount')})` : until}</>
}

/** All of it is muted: said at the top, with the way back. */
export function MutedLine({ mute }: { readonly mute: Mute }) {
  const { words } = useUi()
  const desktop = useDesktop()
  return (
    <div class="muted-line">
      <MutedIcon />
      <p>
        <MutedWords mute={mute} of={null} />
      </p>
      <button type="button" class="button" onClick={() => void settle(desktop.mute({ scope: null, until: 'off' }))}>
        {words.t('unmute')}
      </button>
    </div>
  )
}

/** Until when notifications are muted. */
import type { Mute, Scope } from '../../../common/protocol/settings.ts'
import { outcomeOf, useDesktop, useUi } from '../controls/context.ts'
import { Button } from '../controls/Button.tsx'
import { MutedIcon } from '../controls/icons.tsx'
import './Muted.css'

interface MuteTextProps {
  readonly mute: Mute
  /** What the text is about: a wider mute is named. */
  readonly of: Scope | null
}

export function MuteText({ mute: { scope, untilMs }, of }: MuteTextProps) {
  const { words } = useUi()
  const isWider = of !== null && (scope === null || (scope.folder === undefined && of.folder !== undefined))
  const until = untilMs === null ? words.t('mutedAlways') : words.t('mutedUntil', { when: words.moment(untilMs, Date.now()) })
  return <>{isWider ? `${until} (${words.t(scope === null ? 'mutedWithAll' : 'mutedWithAccount')})` : until}</>
}

/** All accounts are muted: shown at the top, with a button to unmute. */
export function MutedLine({ mute }: { readonly mute: Mute }) {
  const { words } = useUi()
  const desktop = useDesktop()
  return (
    <div class="muted-line panel">
      <MutedIcon />
      <p>
        <MuteText mute={mute} of={null} />
      </p>
      <Button text={words.t('unmute')} onClick={() => void outcomeOf(desktop.mute({ scope: null, until: 'off' }))} />
    </div>
  )
}

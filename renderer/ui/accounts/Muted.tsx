/** Until when notifications are muted. */
import type { Mute, Scope } from '../../../common/protocol/settings.ts'
import { useUi } from '../controls/context.ts'

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

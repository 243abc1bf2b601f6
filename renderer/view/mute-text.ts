/** Until when notifications are muted. */
import type { Mute, Scope } from '../../common/protocol/settings.ts'
import type { Words } from '../../common/words/words.ts'

/** @param of what the text is about: a wider mute is named */
export function muteText({ scope, untilMs }: Mute, of: Scope | null, words: Words): string {
  const isWider = of !== null && (scope === null || (scope.folder === undefined && of.folder !== undefined))
  const until = untilMs === null ? words.t('mutedAlways') : words.t('mutedUntil', { when: words.moment(untilMs, Date.now()) })
  return isWider ? `${until} (${words.t(scope === null ? 'mutedWithAll' : 'mutedWithAccount')})` : until
}

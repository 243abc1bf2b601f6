/** Times that stay current. */
import type { Words } from '../../../common/words/words.ts'
import { countdown, messageTime } from '../../view/time.ts'
import { useUi } from './context.ts'
import { useNow } from './use-now.ts'

/** Of a message: a text that replaces another is a new element, so that it counts as no layout shift. */
export function TimeOfMessage({ ms, isDayKnown }: { readonly ms: number; readonly isDayKnown: boolean }) {
  const { words } = useUi()
  const nowMs = useNow((now) => messageTime(ms, now).changesInMs)
  const text = timeText(ms, nowMs, words, isDayKnown)
  return (
    <time key={text} dateTime={new Date(ms).toISOString()} title={words.full(ms)}>
      {text}
    </time>
  )
}

/** @param isDayKnown the text stands under its day */
function timeText(ms: number, nowMs: number, words: Words, isDayKnown: boolean): string {
  const time = messageTime(ms, nowMs)
  switch (time.kind) {
    case 'now':
      return words.t('justNow')
    case 'minutes':
      return words.relative(-time.minutes, 'minute')
    case 'time':
      return words.time(ms)
    case 'yesterday':
      return isDayKnown ? words.time(ms) : words.relative(-1, 'day')
    case 'date':
      return words.shortDay(ms, nowMs)
  }
}

export function RetryTime({ atMs }: { readonly atMs: number }) {
  const { words } = useUi()
  const nowMs = useNow((now) => countdown(atMs, now).changesInMs)
  const left = countdown(atMs, nowMs)
  if (left.kind === 'now') return <>{words.t('linkRetryNow')}</>
  if (left.kind === 'in') return <>{words.t('linkRetryIn', { seconds: left.seconds })}</>
  return <>{words.t('linkRetryAt', { when: words.clock(atMs) })}</>
}

/** "May be outdated", with the time of the last check if it is known. */
export function MayBeOld({ checkedAt }: { readonly checkedAt: string | null }) {
  const { words } = useUi()
  if (checkedAt === null) return <>{words.t('mayBeOld')}</>
  return <>{words.t('mayBeOldSince', { when: words.moment(Date.parse(checkedAt), Date.now()) })}</>
}

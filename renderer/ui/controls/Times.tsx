/** Times that stay current. */
import { countdown, relativeTime } from '../../view/time.ts'
import { useUi } from './context.ts'
import { useNow } from './use-now.ts'

interface RelativeTimeProps {
  readonly ms: number
  /** The sentence that contains the time; the time alone unless given. */
  readonly sentence?: (when: string) => string
}

export function RelativeTime({ ms, sentence = (when) => when }: RelativeTimeProps) {
  const { words } = useUi()
  const nowMs = useNow((now) => relativeTime(ms, now).changesInMs)
  const time = relativeTime(ms, nowMs)
  const when =
    time.kind === 'now' ? words.t('justNow') : time.kind === 'ago' ? words.relative(time.value, time.unit) : words.moment(ms, nowMs)
  return (
    <time dateTime={new Date(ms).toISOString()} title={words.full(ms)}>
      {sentence(when)}
    </time>
  )
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

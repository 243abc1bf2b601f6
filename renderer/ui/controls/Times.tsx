/** Times that stay current. */
import { countdown, relativeTime } from '../../view/time.ts'
import { useUi } from './context.ts'
import { useNow } from './use-now.ts'

export function RelativeTime({ ms }: { readonly ms: number }) {
  const { words } = useUi()
  const nowMs = useNow((now) => relativeTime(ms, now).changesInMs)
  const time = relativeTime(ms, nowMs)
  const when =
    time.kind === 'now' ? words.t('justNow') : time.kind === 'ago' ? words.relative(time.value, time.unit) : words.moment(ms, nowMs)
  return (
    <time dateTime={new Date(ms).toISOString()} title={words.full(ms)}>
      {when}
    </time>
  )
}

interface RecentCheckProps {
  /** When the last check ended; null if there was none. */
  readonly ms: number | null
  /** Shown once the check is a while ago. */
  readonly otherwise: string
}

export function RecentCheck({ ms, otherwise }: RecentCheckProps) {
  const { words } = useUi()
  const timeAt = (nowMs: number) => (ms === null ? null : relativeTime(ms, nowMs))
  const time = timeAt(useNow((nowMs) => (timeAt(nowMs)?.kind === 'now' ? (timeAt(nowMs)?.changesInMs ?? null) : null)))
  return <>{time?.kind === 'now' ? words.t('checked', { when: words.t('justNow') }) : otherwise}</>
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

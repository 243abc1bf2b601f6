/** Computes the quiet hours minute by minute in local time, independently of the app's implementation. */
import type { QuietHours } from '../../common/protocol/settings.ts'
import type { Span } from './world.ts'

const MINUTE_MS = 60_000
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

export function quietSpans({ fromMs, toMs }: Span, hours: readonly QuietHours[], timeZone: string): readonly Span[] {
  const localTime = new Intl.DateTimeFormat('en-US', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const isQuiet = (ms: number): boolean => {
    const parts = new Map(localTime.formatToParts(ms).map(({ type, value }) => [type, value]))
    const time = `${parts.get('hour')}:${parts.get('minute')}`
    const day = DAYS.indexOf(parts.get('weekday') ?? '')
    return hours.some(({ days, from, to }) => {
      const [today, yesterday] = [days.includes(day), days.includes((day + 6) % 7)]
      return from < to ? today && from <= time && time < to : (today && from <= time) || (yesterday && time < to)
    })
  }
  const spans: Span[] = []
  let sinceMs: number | null = null
  for (let ms = fromMs; ms <= toMs; ms += MINUTE_MS) {
    if (isQuiet(ms)) sinceMs ??= ms
    else if (sinceMs !== null) {
      spans.push({ fromMs: sinceMs, toMs: ms })
      sinceMs = null
    }
  }
  return sinceMs === null ? spans : [...spans, { fromMs: sinceMs, toMs }]
}

/** The parts of `spans` outside `others`. */
export function without(spans: readonly Span[], others: readonly Span[]): readonly Span[] {
  return others.reduce<readonly Span[]>(
    (left, other) =>
      left.flatMap(({ fromMs, toMs }) =>
        [
          { fromMs, toMs: Math.min(toMs, other.fromMs) },
          { fromMs: Math.max(fromMs, other.toMs), toMs },
        ].filter((span) => span.fromMs < span.toMs),
      ),
    spans,
  )
}

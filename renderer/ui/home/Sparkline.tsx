/** The unread count through the last day or week, as a line of fixed size. */
import { useState } from 'preact/hooks'
import type { WindowState } from '../../../common/protocol/window-state.ts'
import { BOX, type Span, sparklineOf } from '../../view/sparkline.ts'
import { summaryOf } from '../../view/summary.ts'
import { useUi } from '../controls/context.ts'
import { useHistory } from './use-history.ts'
import './Sparkline.css'

/** A key for each span: what is shown, and what a click shows next. */
const TEXTS = { day: ['historyDay', 'showWeek'], week: ['historyWeek', 'showDay'] } as const

/** Nothing while there is no history. */
export function Sparkline({ state }: { readonly state: WindowState }) {
  const { words } = useUi()
  const { all, trust, unread } = summaryOf(state)
  const [span, setSpan] = useState<Span>('day')
  const isLive = state.servers.some(({ link }) => link.phase === 'live')
  const history = useHistory(all, isLive)
  if (!history) return null
  const present = unread === null || trust === 'old' ? null : all
  const lines = { day: sparklineOf(history, 'day', present), week: sparklineOf(history, 'week', present) }
  const line = lines[span]
  if (!line || !(lines.day?.isLine || lines.week?.isLine)) return null
  const [text, next] = TEXTS[span]
  const { lowest, highest, now } = line
  const label = words.t(text, { lowest, highest, now: now === null ? '–' : words.number(now) })
  const delay = history.arrival && words.t('arrivalDelay', { time: words.duration(history.arrival.medianSeconds) })
  const more = [delay, words.t(next)].filter(Boolean)
  return (
    <button
      type="button"
      aria-label={label}
      aria-description={more.join(' ')}
      title={[label, ...more].join('\n')}
      onClick={() => setSpan(span === 'day' ? 'week' : 'day')}
    >
      <svg viewBox={`0 0 ${BOX.width} ${BOX.height}`} aria-hidden="true">
        <path d={line.path} />
        {line.end && <circle cx={line.end.x} cy={line.end.y} r="2.25" />}
      </svg>
    </button>
  )
}

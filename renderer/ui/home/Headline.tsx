/** The unread count in words. It never wraps: a long number is shortened where it does not fit, and read in full by a screen reader. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { TRUST_WORDS } from '../../../common/model/totals.ts'
import type { WindowState } from '../../../common/protocol/window-state.ts'
import { summaryOf } from '../../view/summary.ts'
import { useUi } from '../controls/context.ts'

export function Headline({ state }: { readonly state: WindowState }) {
  const { words } = useUi()
  const { unread, all, trust, isCaughtUp } = summaryOf(state)
  const trustWord = TRUST_WORDS[trust]
  if (unread === null) return <p class="headline quiet">{isKnown(state) && trustWord ? words.t(trustWord) : 'Mailbell'}</p>
  if (isCaughtUp)
    return (
      <p class="headline" data-unread={0}>
        {words.t('allCaughtUp')}
      </p>
    )
  const isPartial = state.counted !== null
  const key = isPartial && state.desktop?.settings.counts === 'last-look' ? 'headlineNew' : 'headline'
  const rest = isPartial ? words.t('countedOf', { all }) : ''
  const isOld = trust === 'old' || trust === 'partly-old'
  const spoken = [words.t('unread', { count: unread }), rest, trustWord && words.t(trustWord)].filter(Boolean).join(' ')
  return (
    <p class={`headline ${isOld ? 'old' : ''}`} data-unread={unread} title={words.t('unread', { count: unread })}>
      <span class="visually-hidden">{spoken}</span>
      <Fitting full={words.t(key, { number: words.number(unread) })} short={words.t(key, { number: words.compact(unread) })} />
      {rest && <span class="rest" aria-hidden="true">{` ${rest}`}</span>}
    </p>
  )
}

/** True if an account is known, counted or not. */
const isKnown = ({ servers }: WindowState): boolean => servers.some(({ accounts }) => accounts !== null && accounts.length > 0)

/** The full text where the line has room for it, else the short one. */
function Fitting({ full, short }: { readonly full: string; readonly short: string }) {
  const text = useRef<HTMLSpanElement>(null)
  const [fits, setFits] = useState(true)
  useLayoutEffect(() => {
    const span = text.current
    const shown = span?.firstChild
    const line = span?.parentElement
    if (!span || !(shown instanceof Text) || !line) return undefined
    const measure = (): void => {
      span.className = ''
      shown.data = full
      // The width for scrolling is whole pixels, and a part of one is enough for an ellipsis.
      const hasRoom = line.scrollWidth <= line.clientWidth && span.getBoundingClientRect().width <= line.getBoundingClientRect().width
      if (!hasRoom) {
        span.className = 'short'
        shown.data = short
      }
      setFits(hasRoom)
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(line)
    return () => observer.disconnect()
  }, [full, short])
  return (
    <span ref={text} class={fits ? '' : 'short'} aria-hidden="true">
      {fits ? full : short}
    </span>
  )
}

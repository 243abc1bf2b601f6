/** The present time for components that show one: they render again exactly when their text changes, and never while hidden. */
import { createContext } from 'preact'
import { systemClock } from '../../../client/clock.ts'
import { useContext, useEffect, useMemo, useState } from 'preact/hooks'
import { createTicker, type Ticker } from '../../view/ticker.ts'
import { useDocumentEvent } from './use-document-event.ts'

const TickerContext = createContext<Ticker | null>(null)
export const TickerProvider = TickerContext.Provider

export function useTicker(): Ticker {
  const ticker = useMemo(() => createTicker(systemClock), [])
  const follow = (): void => (document.visibilityState === 'hidden' ? ticker.hide() : ticker.show())
  useDocumentEvent('visibilitychange', follow)
  useEffect(() => {
    follow()
    return ticker.hide
  }, [ticker])
  return ticker
}

/** @param changesInMs how long the text for a time stays correct; null if it never changes */
export function useNow(changesInMs: (nowMs: number) => number | null): number {
  const ticker = useContext(TickerContext)
  const [, redraw] = useState(0)
  const nowMs = Date.now()
  useEffect(() => {
    const inMs = changesInMs(nowMs)
    return inMs === null ? undefined : ticker?.wait(inMs, () => redraw((turn) => turn + 1))
  })
  return nowMs
}

/** The history of the numbers: read when the window opens, and after changes, at most once a minute. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { systemClock } from '../../../client/clock.ts'
import type { History } from '../../../common/protocol/wire.ts'
import { outcomeOf, useUi } from '../controls/context.ts'
import { useDocumentEvent } from '../controls/use-document-event.ts'

const PAUSE_MS = 60_000
const RETRY_MS = 5_000

/** @param unread a new value reads again */
export function useHistory(unread: number, isLive: boolean): History | null {
  const { bridge } = useUi()
  const [history, setHistory] = useState<History | null>(null)
  const [isVisible, setVisible] = useState(document.visibilityState !== 'hidden')
  const nextAtMs = useRef(-Infinity)
  useDocumentEvent('visibilitychange', () => setVisible(document.visibilityState !== 'hidden'))

  useEffect(() => {
    async function read(): Promise<void> {
      nextAtMs.current = systemClock.now() + PAUSE_MS
      const outcome = await outcomeOf(bridge.readHistory())
      if (outcome.ok) setHistory(outcome.history)
      else nextAtMs.current = systemClock.now() + RETRY_MS
    }
    if (!isLive || !isVisible) return undefined
    return systemClock.schedule(() => void read(), Math.max(0, nextAtMs.current - systemClock.now()))
  }, [bridge, unread, isLive, isVisible])

  return history
}

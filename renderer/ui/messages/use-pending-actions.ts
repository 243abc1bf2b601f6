/** What is held back in this window: done at once when nobody looks at it any more. */
import { useEffect, useMemo, useState } from 'preact/hooks'
import { schedule } from '../../../client/clock.ts'
import type { Bridge } from '../../../common/protocol/bridge.ts'
import { createPendingActions, type PendingActions } from '../../view/pending-actions.ts'
import { settle } from '../context.ts'

export function usePendingActions(bridge: Bridge): PendingActions {
  const acts = useMemo(() => createPendingActions((request) => settle(bridge.actOnMessage(request)), schedule), [bridge])
  const [, redraw] = useState(0)
  useEffect(() => {
    const onVisibility = (): void => (document.visibilityState === 'hidden' ? acts.hide() : acts.show())
    const end = acts.onChange(() => redraw((turn) => turn + 1))
    document.addEventListener('visibilitychange', onVisibility)
    window.addEventListener('pagehide', acts.hide)
    window.addEventListener('pageshow', acts.show)
    return () => {
      end()
      document.removeEventListener('visibilitychange', onVisibility)
      window.removeEventListener('pagehide', acts.hide)
      window.removeEventListener('pageshow', acts.show)
      acts.hide()
    }
  }, [acts])
  return acts
}

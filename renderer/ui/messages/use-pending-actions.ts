/** The pending actions of this window, which run at once when it is hidden. */
import { useEffect, useMemo, useState } from 'preact/hooks'
import { schedule } from '../../../client/clock.ts'
import type { Bridge } from '../../../common/protocol/bridge.ts'
import { createPendingActions, type PendingActions } from '../../view/pending-actions.ts'
import { outcomeOf } from '../controls/context.ts'
import { useDocumentEvent } from '../controls/use-document-event.ts'

export function usePendingActions(bridge: Bridge): PendingActions {
  const actions = useMemo(() => createPendingActions((request) => outcomeOf(bridge.actOnMessage(request)), schedule), [bridge])
  const [, redraw] = useState(0)
  useDocumentEvent('visibilitychange', () => (document.visibilityState === 'hidden' ? actions.hide() : actions.show()))
  useEffect(() => {
    const stop = actions.onChange(() => redraw((count) => count + 1))
    window.addEventListener('pagehide', actions.hide)
    window.addEventListener('pageshow', actions.show)
    return () => {
      stop()
      window.removeEventListener('pagehide', actions.hide)
      window.removeEventListener('pageshow', actions.show)
      actions.hide()
    }
  }, [actions])
  return actions
}

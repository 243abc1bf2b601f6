/** The pending actions of this window, which run at once when it is hidden. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { schedule } from '../../../client/clock.ts'
import { accountsOf, type AccountRef } from '../../../common/model/accounts.ts'
import type { Bridge } from '../../../common/protocol/bridge.ts'
import type { ServerView } from '../../../common/protocol/window-state.ts'
import { createPendingActions, type PendingActions } from '../../view/pending-actions.ts'
import { outcomeOf } from '../controls/context.ts'
import { useDocumentEvent } from '../controls/use-document-event.ts'

export function usePendingActions(bridge: Bridge, servers: readonly ServerView[]): PendingActions {
  const latest = useRef(servers)
  latest.current = servers
  const actions = useMemo(() => {
    const unreadOf = (of: AccountRef): number | null =>
      accountsOf(latest.current).find(({ server, account }) => server.id === of.server && account.id === of.account)?.account.unread ?? null
    return createPendingActions({ run: (request) => outcomeOf(bridge.actOnMessage(request)), schedule, unreadOf })
  }, [bridge])
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

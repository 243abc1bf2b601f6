/** The pending actions of this window, which run at once when it is hidden. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { schedule } from '../../../client/clock.ts'
import { accountsOf, type AccountRef } from '../../../common/model/accounts.ts'
import type { Bridge } from '../../../common/protocol/bridge.ts'
import type { ServerView } from '../../../common/protocol/window-state.ts'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import { type ActionRequest, createPendingActions, type FailedAction, type PendingActions } from '../../view/pending-actions.ts'
import { outcomeOf, useUi } from '../controls/context.ts'
import { useToast } from '../layers/Toaster.tsx'
import { useDocumentEvent } from '../controls/use-document-event.ts'

export function usePendingActions(bridge: Bridge, servers: readonly ServerView[]): PendingActions {
  const latest = useRef(servers)
  latest.current = servers
  const toast = useToast()
  const { words } = useUi()
  const latestWords = useRef(words)
  latestWords.current = words
  const actions = useMemo(() => {
    const run = (request: ActionRequest): Promise<Outcome> =>
      outcomeOf(
        request.action === 'read-all'
          ? bridge.markAllRead({ server: request.server, account: request.account })
          : bridge.actOnMessage(request),
      )
    const onReadAllFailed = (outcome: FailedAction): void => toast({ text: latestWords.current.error(outcome), isError: true })
    const unreadOf = (of: AccountRef): number | null =>
      accountsOf(latest.current).find(({ server, account }) => server.id === of.server && account.id === of.account)?.account.unread ?? null
    return createPendingActions({ run, onReadAllFailed, schedule, unreadOf })
  }, [bridge, toast])
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

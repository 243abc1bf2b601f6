/** The pending actions of this window, which run at once when it is hidden. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { schedule } from '../../../client/clock.ts'
import { accountsOf, type AccountRef } from '../../../common/model/accounts.ts'
import type { ServerView } from '../../../common/protocol/window-state.ts'
import { createPendingActions, type FailedAction, type PendingActions } from '../../view/pending-actions.ts'
import { useUi } from '../controls/context.ts'
import { useToast } from '../layers/Toaster.tsx'
import { useDocumentEvent } from '../controls/use-document-event.ts'

export function usePendingActions(servers: readonly ServerView[]): PendingActions {
  const latest = useRef(servers)
  latest.current = servers
  const toast = useToast()
  const { words } = useUi()
  const latestWords = useRef(words)
  latestWords.current = words
  const actions = useMemo(() => {
    const onReadAllFailed = (outcome: FailedAction): void => toast({ text: latestWords.current.error(outcome), isError: true })
    const unreadOf = (of: AccountRef): number | null =>
      accountsOf(latest.current).find(({ server, account }) => server.id === of.server && account.id === of.account)?.account.unread ?? null
    return createPendingActions({ onReadAllFailed, schedule, unreadOf })
  }, [toast])
  const [, redraw] = useState(0)
  useEffect(actions.follow, [actions, servers])
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

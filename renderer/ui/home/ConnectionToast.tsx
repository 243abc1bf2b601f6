/** Why the only connection is down, with a button for what helps. It stays until it is closed or the connection is back. */
import { useEffect, useState } from 'preact/hooks'
import type { ServerView } from '../../../common/protocol/window-state.ts'
import { useUi } from '../controls/context.ts'
import { Toast } from '../layers/Toast.tsx'

export function ConnectionToast({ servers }: { readonly servers: readonly ServerView[] }) {
  const { words, bridge } = useUi()
  const [only] = servers
  const link = servers.length === 1 ? only?.link : undefined
  const problem = link?.phase === 'retrying' ? link.problem : null
  const text = problem && words.error(problem)
  const isUp = link?.phase === 'live'
  const [closed, setClosed] = useState<string | null>(null)
  useEffect(() => {
    if (isUp) setClosed(null)
  }, [isUp])
  if (text === null || text === closed) return null
  // A network or a proxy shows its sign-in only for the page itself.
  const [action, onAction] =
    problem?.code === 'redirected-page' ? [words.t('reload'), () => location.reload()] : [words.t('retryNow'), () => void bridge.checkNow()]
  return <Toast text={text} action={action} onAction={onAction} onDismiss={() => setClosed(text)} closes />
}

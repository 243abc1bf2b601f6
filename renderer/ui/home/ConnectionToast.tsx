/** Why the only connection is down, with a button to retry at once. It stays until it is closed or the connection is back. */
import { useEffect, useState } from 'preact/hooks'
import type { ServerView } from '../../../common/protocol/window-state.ts'
import { useUi } from '../controls/context.ts'
import { Toast } from '../layers/Toast.tsx'

export function ConnectionToast({ servers }: { readonly servers: readonly ServerView[] }) {
  const { words, bridge } = useUi()
  const [only] = servers
  const link = servers.length === 1 ? only?.link : undefined
  const text = link?.phase === 'retrying' ? words.error(link.problem) : null
  const isUp = link?.phase === 'live'
  const [closed, setClosed] = useState<string | null>(null)
  useEffect(() => {
    if (isUp) setClosed(null)
  }, [isUp])
  if (text === null || text === closed) return null
  return <Toast text={text} action={words.t('retryNow')} onAction={() => void bridge.checkNow()} onDismiss={() => setClosed(text)} closes />
}

/** The one live region: says once that the number changed, or that the link was lost or came back. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { WindowState } from '../../main/ipc.ts'
import { summarise, worstLink } from '../view/summary.ts'
import { useSurroundings } from './context.ts'

interface Heard {
  readonly unread: number | null
  readonly lost: boolean
}

export function Announcer({ state }: { readonly state: WindowState }) {
  const { words } = useSurroundings()
  const [text, setText] = useState('')
  const before = useRef<Heard | null>(null)
  const { unread } = summarise(state.servers)
  const phase = worstLink(state.servers)?.phase
  useEffect(() => {
    const heard = before.current
    // A try in between is no news: only a lost link that lives again is.
    const lost = phase === 'live' ? false : phase === 'retrying' || phase === 'signed-out' || (heard?.lost ?? false)
    before.current = { unread, lost }
    if (heard === null) return
    const linkNews = lost === heard.lost ? null : words.t(lost ? 'linkLost' : 'connectedAgain')
    const countNews = unread === heard.unread || unread === null || heard.unread === null ? null : words.t('unread', { count: unread })
    const news = [linkNews, countNews].filter((part) => part !== null).join('. ')
    if (news !== '') setText(news)
  }, [unread, phase, words])
  return (
    <p class="hidden-words" role="status" aria-live="polite">
      {text}
    </p>
  )
}

/**
 * The one live region: says once that the number changed, that the link was lost or came back, what a mail server wants
 * told, what was just done to mails, and how much a search has found.
 */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { WindowState } from '../../common/protocol/window-state.ts'
import { searchIn } from '../view/search.ts'
import type { PendingActionsView } from '../view/pending-actions.ts'
import { plain } from '../../common/model/text.ts'
import { summaryOf, worstLink } from '../view/summary.ts'
import { useUi } from './context.ts'
import { folderName } from './accounts/folder-name.ts'
import { heldWords } from './messages/UndoBar.tsx'

interface Heard {
  readonly unread: number | null
  readonly lost: boolean
  readonly notices: readonly string[]
}

interface AnnouncerProps {
  readonly state: WindowState
  readonly acts: PendingActionsView
  /** What is searched for; empty where nothing is. */
  readonly query: string
}

/** Whoever still types is not talked into. */
const TYPING_MS = 700

export function Announcer({ state, acts, query }: AnnouncerProps) {
  const { words } = useUi()
  const [text, setText] = useState('')
  const before = useRef<Heard | null>(null)
  const { unread } = summaryOf(state)
  const phase = worstLink(state.servers)?.phase
  const told = JSON.stringify(noticesOf(state))
  useEffect(() => {
    const heard = before.current
    // A try in between is no news: only a lost link that lives again is.
    const lost = phase === 'live' ? false : phase === 'retrying' || phase === 'signed-out' || (heard?.lost ?? false)
    const notices: readonly string[] = JSON.parse(told)
    before.current = { unread, lost, notices }
    if (heard === null) return
    const linkNews = lost === heard.lost ? null : words.t(lost ? 'notConnected' : 'connectedAgain')
    const countNews = unread === heard.unread || unread === null || heard.unread === null ? null : words.t('unread', { count: unread })
    const serverNews = notices
      .filter((notice) => !heard.notices.includes(notice))
      .map((notice) => words.t('serverNotice', { text: plain(notice) }))
    const news = [linkNews, countNews, ...serverNews].filter((part) => part !== null).join('. ')
    if (news !== '') setText(news)
  }, [unread, phase, told, words])
  const { servers, messages } = searchIn(state.servers, query, (folder) => folderName(folder, words))
  const found = servers.reduce((sum, { accounts }) => sum + (accounts?.length ?? 0), messages.length)
  useEffect(() => {
    if (query.trim() === '') return undefined
    const news = found === 0 ? words.t('foundNothing', { query: plain(query, 60) }) : words.t('foundSome', { count: found })
    const timer = setTimeout(() => setText(news), TYPING_MS)
    return () => clearTimeout(timer)
  }, [query, found, words])
  const done = acts.undone ? words.t('undone') : heldWords(acts.pending, words)
  // What is said goes when it no longer holds, so that the same words are said again the next time.
  useEffect(() => setText(done), [done])
  return (
    <p class="hidden-words" role="status" aria-live="polite">
      {text}
    </p>
  )
}

const noticesOf = ({ servers }: WindowState): readonly string[] =>
  servers.flatMap(({ accounts }) => (accounts ?? []).flatMap(({ notices }) => notices ?? []))

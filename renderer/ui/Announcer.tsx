/**
 * The live region for what changes by itself: announces once that the count changed, that a connection was lost or came back, a notice of a mail
 * server, a requested check, a toast, what was done to messages, and how much a search found.
 */
import { useEffect, useRef, useState } from 'preact/hooks'
import { folderName, plain } from '../../common/model/text.ts'
import type { LinkState } from '../../common/protocol/link.ts'
import type { CheckView, WindowState } from '../../common/protocol/window-state.ts'
import type { PendingActionsView } from '../view/pending-actions.ts'
import { searchIn } from '../view/search.ts'
import { summaryOf, worstLink } from '../view/summary.ts'
import { LINK_TEXTS } from './accounts/LinkLine.tsx'
import { useNames, useUi } from './controls/context.ts'
import { useShownToast } from './layers/Toaster.tsx'
import { pendingText } from './messages/UndoBar.tsx'

interface Announced {
  readonly unread: number | null
  /** The word for a connection that is lost. */
  readonly lost: (typeof LINK_TEXTS)['retrying' | 'signed-out'] | null
  readonly notices: readonly string[]
  readonly check: CheckView
}

interface AnnouncerProps {
  readonly state: WindowState
  readonly actions: PendingActionsView
  /** Empty if nothing is searched for. */
  readonly query: string
}

/** A result is announced after a pause in the typing. */
const TYPING_MS = 700

export function Announcer({ state, actions, query }: AnnouncerProps) {
  const { words } = useUi()
  const [text, setText] = useState('')
  const before = useRef<Announced | null>(null)
  const { unread } = summaryOf(state)
  const phase = worstLink(state.servers)?.phase
  const noticesJson = JSON.stringify(noticesOf(state))
  // A server that has restarted has no notices until it counts again.
  const isOutdated = state.servers.some(({ accounts }) => accounts?.some(({ status }) => status === 'stale' || status === 'pending'))
  const { isRunning, endedAtMs } = state.check
  useEffect(() => {
    const last = before.current
    const lost = lostBy(phase, last?.lost ?? null)
    const notices: readonly string[] = JSON.parse(noticesJson)
    const known = isOutdated ? [...new Set([...(last?.notices ?? []), ...notices])] : notices
    before.current = { unread, lost, notices: known, check: { isRunning, endedAtMs } }
    if (last === null) return
    const linkNews = lost === last.lost ? null : words.t(lost ?? (last.lost === 'notConnected' ? 'connectedAgain' : 'linkLive'))
    const countNews = unread === last.unread || unread === null || last.unread === null ? null : words.t('unread', { count: unread })
    const isChecked = endedAtMs !== null && endedAtMs !== last.check.endedAtMs
    // After a check without success, the state again.
    const checkWord = isChecked ? 'checkedNow' : isRunning ? 'checking' : (lost ?? (phase && LINK_TEXTS[phase]))
    const checkNews = isRunning === last.check.isRunning || !checkWord ? null : words.t(checkWord)
    const serverNews = notices
      .filter((notice) => !last.notices.includes(notice))
      .map((notice) => words.t('serverNotice', { text: plain(notice) }))
    const news = [...new Set([linkNews, checkNews, countNews, ...serverNews])].filter((part) => part !== null).join('. ')
    if (news !== '') setText(news)
  }, [unread, phase, noticesJson, isOutdated, isRunning, endedAtMs, words])
  const names = useNames()
  const found = query.trim() === '' ? null : foundBy(searchIn(state.servers, query, names, (folder) => folderName(folder, words)))
  useEffect(() => {
    if (found === null) return undefined
    const news = found === 0 ? words.t('foundNothing', { query: plain(query, 60) }) : words.t('foundSome', { count: found })
    const timer = setTimeout(() => setText(news), TYPING_MS)
    return () => clearTimeout(timer)
  }, [query, found, words])
  const done = actions.undone ? words.t('undone') : pendingText(actions.pending, words)
  // Empty again when nothing is pending, so that the same text is announced the next time.
  useEffect(() => setText(done), [done])
  const toast = useShownToast()
  useEffect(() => {
    if (toast) setText(toast.text)
  }, [toast])
  return (
    <p class="visually-hidden" role="status" aria-live="polite">
      {text}
    </p>
  )
}

/** Connecting is no news: only a lost connection that is live again is. */
function lostBy(phase: LinkState['phase'] | undefined, before: Announced['lost']): Announced['lost'] {
  if (phase === 'live') return null
  return phase === 'retrying' || phase === 'signed-out' ? LINK_TEXTS[phase] : before
}

const foundBy = ({ servers, messages }: ReturnType<typeof searchIn>): number =>
  servers.reduce((sum, { accounts }) => sum + (accounts?.length ?? 0), messages.length)

const noticesOf = ({ servers }: WindowState): readonly string[] =>
  servers.flatMap(({ accounts }) => (accounts ?? []).flatMap(({ notices }) => notices ?? []))

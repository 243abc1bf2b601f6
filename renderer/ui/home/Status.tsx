/** One quiet line under the unread count: the connection, how far the count can be trusted, and until when everything is muted. */
import type { ComponentChildren } from 'preact'
import { muteOfAll } from '../../../common/model/silence/mutes.ts'
import { TRUST_WORDS } from '../../../common/model/totals.ts'
import type { WindowState } from '../../../common/protocol/window-state.ts'
import { summaryOf, worstLink } from '../../view/summary.ts'
import { recentFor } from '../../view/time.ts'
import { LinkText } from '../accounts/LinkLine.tsx'
import { muteText } from '../../view/mute-text.ts'
import { useUi } from '../controls/context.ts'
import { useNow } from '../controls/use-now.ts'

interface StatusProps {
  readonly state: WindowState
  /** Messages that the servers still count. */
  readonly unconfirmed: number
}

export function Status({ state, unconfirmed }: StatusProps) {
  const { words } = useUi()
  const { servers, check, readerSettings } = state
  const { endedAtMs } = check
  const nowMs = useNow((now) => recentFor(endedAtMs, now))
  const isRecent = recentFor(endedAtMs, nowMs) !== null
  const { unread, trust } = summaryOf(state)
  const link = worstLink(servers)
  if (link === null) return null
  const lost = servers.filter((server) => server.link.phase !== 'live').length
  if (servers.length > 1 && lost > 0) return <Line look="retrying" text={words.t('serversLost', { lost, all: servers.length })} />
  const isChecking = check.isRunning && (link.phase === 'live' || link.phase === 'connecting')
  if (link.phase !== 'live' && !isChecking) return <Line look={link.phase} text={<LinkText link={link} />} />
  const muted = muteOfAll(readerSettings.muted)
  const trustWord = unread === null ? null : TRUST_WORDS[trust]
  const parts = [
    words.t(isChecking ? 'checking' : isRecent ? 'checkedNow' : 'linkLive'),
    unconfirmed > 0 && words.t('unconfirmed', { count: unconfirmed }),
    trustWord && words.t(trustWord),
    muted && muteText(muted, null, words),
  ]
  return <Line look={isChecking ? 'connecting' : 'live'} text={parts.filter(Boolean).join(' · ')} />
}

const Line = ({ look, text }: { readonly look: string; readonly text: ComponentChildren }) => (
  <p class={`link link-${look}`}>
    <span class="dot" aria-hidden="true" />
    <span class="states" title={typeof text === 'string' ? text : undefined}>
      {text}
    </span>
  </p>
)

/** One quiet line under the unread count: the connection, how far the count can be trusted, and until when everything is muted. */
import { muteOfAll } from '../../../common/model/mutes.ts'
import { TRUST_WORDS } from '../../../common/model/totals.ts'
import type { WindowState } from '../../../common/protocol/window-state.ts'
import { summaryOf, worstLink } from '../../view/summary.ts'
import { LinkText } from '../accounts/LinkLine.tsx'
import { MuteText } from '../accounts/Muted.tsx'
import { useUi } from '../controls/context.ts'
import { RecentCheck } from '../controls/Times.tsx'

export function Status({ state }: { readonly state: WindowState }) {
  const { words } = useUi()
  const { servers, check, readerSettings } = state
  const link = worstLink(servers)
  const { unread, trust } = summaryOf(state)
  const lost = servers.filter((server) => server.link.phase !== 'live').length
  const trustWord = TRUST_WORDS[trust]
  const muted = muteOfAll(readerSettings.muted)
  const isUp = link?.phase === 'live' || link?.phase === 'connecting'
  const phase = servers.length > 1 && lost > 0 ? 'retrying' : check.isRunning && isUp ? 'connecting' : (link?.phase ?? 'stopped')
  return (
    <p class={`link link-${phase}`}>
      <span class="dot" aria-hidden="true" />
      <span class="states">
        <span>
          {servers.length > 1 && lost > 0 ? (
            words.t('serversLost', { lost, all: servers.length })
          ) : check.isRunning && isUp ? (
            words.t('checking')
          ) : link?.phase === 'live' ? (
            <RecentCheck ms={check.endedAtMs} otherwise={words.t('linkLive')} />
          ) : (
            link && <LinkText link={link} />
          )}
        </span>
        {lost === 0 && unread !== null && trustWord && <span>{words.t(trustWord)}</span>}
        {muted && (
          <span>
            <MuteText mute={muted} of={null} />
          </span>
        )}
      </span>
    </p>
  )
}

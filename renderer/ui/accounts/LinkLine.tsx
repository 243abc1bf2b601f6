/** The state of a connection, and why it is down. */
import type { LinkState } from '../../../common/protocol/link.ts'
import { useUi } from '../controls/context.ts'
import { Button } from '../controls/Button.tsx'
import { Details } from '../layers/Details.tsx'
import { RetryTime } from '../controls/Times.tsx'
import './LinkLine.css'

/** A word for each state. */
export const LINK_TEXTS = {
  connecting: 'linkConnecting',
  live: 'linkLive',
  retrying: 'notConnected',
  'signed-out': 'linkSignedOut',
  stopped: 'linkStopped',
} as const

export function LinkText({ link }: { readonly link: LinkState }) {
  const { words } = useUi()
  return link.phase === 'retrying' ? <RetryTime atMs={link.atMs} /> : <>{words.t(LINK_TEXTS[link.phase])}</>
}

/** In the heading of a server: a few words. Where the connection is down, a press says why, and when it is retried. */
export function LinkLine({ server, link }: { readonly server: string; readonly link: LinkState }) {
  const { words, bridge } = useUi()
  const line = (
    <>
      <span class="dot" aria-hidden="true" />
      <span>{words.t(LINK_TEXTS[link.phase])}</span>
    </>
  )
  if (link.phase !== 'retrying') return <p class={`link link-${link.phase}`}>{line}</p>
  return (
    <Details class="link link-retrying" label={words.t('detailsOf', { name: server })} line={line}>
      <p class="title">{words.error(link.problem)}</p>
      <p class="detail">
        <LinkText link={link} />
      </p>
      <Button text={words.t('retryNow')} onClick={() => void bridge.checkNow()} />
    </Details>
  )
}

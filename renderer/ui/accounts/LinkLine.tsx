/** The state of a connection, and why it is down. */
import type { LinkState } from '../../../common/protocol/link.ts'
import { useUi } from '../controls/context.ts'
import { Button } from '../controls/Button.tsx'
import { RetryTime } from '../controls/Times.tsx'
import './LinkLine.css'

const TEXTS = { connecting: 'linkConnecting', live: 'linkLive', 'signed-out': 'linkSignedOut', stopped: 'linkStopped' } as const

export const LinkLine = ({ link }: { readonly link: LinkState }) => (
  <p class={`link link-${link.phase}`}>
    <span class="dot" aria-hidden="true" />
    <span>
      <LinkText link={link} />
    </span>
  </p>
)

export function LinkText({ link }: { readonly link: LinkState }) {
  const { words } = useUi()
  return link.phase === 'retrying' ? <RetryTime atMs={link.atMs} /> : <>{words.t(TEXTS[link.phase])}</>
}

/** Why the connection is down, with a button to retry at once. */
export function LinkError({ link }: { readonly link: LinkState }) {
  const { words, bridge } = useUi()
  if (link.phase !== 'retrying') return null
  return (
    <div class="link-error panel">
      <p>{words.error(link.problem)}</p>
      <Button text={words.t('retryNow')} onClick={() => void bridge.checkNow()} />
    </div>
  )
}

/** The state of a connection, and why it is down. */
import type { LinkState } from '../../../common/protocol/link.ts'
import { useUi } from '../controls/context.ts'
import { Button } from '../controls/Button.tsx'
import { RetryTime } from '../controls/Times.tsx'
import './LinkLine.css'

export function LinkLine({ link }: { readonly link: LinkState }) {
  return (
    <p class={`link link-${link.phase}`}>
      <span class="dot" aria-hidden="true" />
      <span>
        <LinkText link={link} />
      </span>
    </p>
  )
}

function LinkText({ link }: { readonly link: LinkState }) {
  const { words } = useUi()
  switch (link.phase) {
    case 'connecting':
      return <>{words.t('linkConnecting')}</>
    case 'live':
      return <>{words.t('linkLive')}</>
    case 'retrying':
      return <RetryTime atMs={link.atMs} />
    case 'signed-out':
      return <>{words.t('linkSignedOut')}</>
    case 'stopped':
      return <>{words.t('linkStopped')}</>
  }
}

/** Why the connection is down, with a button to retry at once. */
export function LinkError({ link }: { readonly link: LinkState }) {
  const { words, bridge } = useUi()
  if (link.phase !== 'retrying') return null
  return (
    <div class="link-error panel">
      <p title={link.problem.detail}>{words.t(`linkError.${link.problem.code}`)}</p>
      <Button text={words.t('retryNow')} onClick={() => void bridge.checkNow()} />
    </div>
  )
}

/** The state of a connection, and why it is down. */
import type { LinkState } from '../../../common/protocol/link.ts'
import type { CheckView } from '../../../common/protocol/window-state.ts'
import { useUi } from '../controls/context.ts'
import { Button } from '../controls/Button.tsx'
import { RelativeTime, RetryTime } from '../controls/Times.tsx'
import './LinkLine.css'

const TEXTS = { connecting: 'linkConnecting', live: 'linkLive', 'signed-out': 'linkSignedOut', stopped: 'linkStopped' } as const

interface LinkLineProps {
  readonly link: LinkState
  /** Shown while the connection has nothing to report. */
  readonly check?: CheckView
}

export function LinkLine({ link, check }: LinkLineProps) {
  const { phase } = link
  const isChecking = check?.isRunning === true && (phase === 'live' || phase === 'connecting')
  return (
    <p class={`link link-${isChecking ? 'connecting' : phase}`}>
      <span class="dot" aria-hidden="true" />
      <span>
        <LinkText link={link} isChecking={isChecking} checkedMs={check?.endedAtMs ?? null} />
      </span>
    </p>
  )
}

interface LinkTextProps extends Pick<LinkLineProps, 'link'> {
  readonly isChecking: boolean
  readonly checkedMs: number | null
}

function LinkText({ link, isChecking, checkedMs }: LinkTextProps) {
  const { words } = useUi()
  if (isChecking) return <>{words.t('checking')}</>
  if (link.phase === 'retrying') return <RetryTime atMs={link.atMs} />
  if (link.phase === 'live' && checkedMs !== null) return <RelativeTime ms={checkedMs} sentence={(when) => words.t('checked', { when })} />
  return <>{words.t(TEXTS[link.phase])}</>
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

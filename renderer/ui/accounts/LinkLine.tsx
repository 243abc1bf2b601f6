/** The state of a link in words, and why it is not live. */
import type { LinkProblem, LinkState } from '../../../common/protocol/link.ts'
import type { WordKey } from '../../../common/words/words.ts'
import { useUi } from '../context.ts'
import { RetryTime } from '../controls/Times.tsx'
import './LinkLine.css'

const PROBLEM_WORDS = {
  unreachable: 'linkUnreachable',
  timeout: 'linkTimeout',
  tls: 'linkTls',
  'not-mailbell': 'linkNotMailbell',
  overloaded: 'linkOverloaded',
  rejected: 'linkRejected',
  'server-error': 'linkServerError',
} as const satisfies Record<LinkProblem['code'], WordKey>

export function LinkLine({ link }: { readonly link: LinkState }) {
  return (
    <p class={`link link-${link.phase}`}>
      <span class="dot" aria-hidden="true" />
      <span>
        <LinkWords link={link} />
      </span>
    </p>
  )
}

function LinkWords({ link }: { readonly link: LinkState }) {
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

/** Why the link is down, with a button to try at once. */
export function LinkTrouble({ link }: { readonly link: LinkState }) {
  const { words, bridge } = useUi()
  if (link.phase !== 'retrying') return null
  return (
    <div class="trouble">
      <p title={link.problem.detail}>{words.t(PROBLEM_WORDS[link.problem.code])}</p>
      <button type="button" class="button" onClick={() => void bridge.checkNow()}>
        {words.t('retryNow')}
      </button>
    </div>
  )
}

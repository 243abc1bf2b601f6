/** Whose mailbox it is and where it was found, and what its provider wants done first. */
import type { RefObject } from 'preact'
import type { Candidate } from '../../../common/protocol/discovery.ts'
import { type AccountDraft, type FilledDraft, takesTyped } from '../../view/account-draft.ts'
import { plain } from '../../../common/model/text.ts'
import type { WordKey } from '../../../common/words/words.ts'
import { settle, useDesktop, useUi } from '../context.ts'
import { LinkIcon } from '../controls/icons.tsx'
import './FoundMailbox.css'

const ORIGINS = {
  table: 'originTable',
  mx: 'originMx',
  autoconfig: 'originAutoconfig',
  srv: 'originSrv',
  exchange: 'originExchange',
  'well-known': 'originWellKnown',
  guess: 'originGuess',
} as const satisfies Record<Candidate['origins'][number], WordKey>

interface FoundMailboxProps {
  readonly draft: AccountDraft
  readonly filled: FilledDraft
  readonly heading: RefObject<HTMLHeadingElement | null>
  readonly onOtherAddress: () => void
}

function titleOf({ again, host }: AccountDraft, candidate: Candidate | null): WordKey {
  if (again) return 'yourServer'
  if (candidate) return 'foundTitle'
  return host === null ? 'notFoundTitle' : 'yourServer'
}

export function FoundMailbox({ draft, filled, heading, onOtherAddress }: FoundMailboxProps) {
  const { words } = useUi()
  const desktop = useDesktop()
  const { candidate, provider } = filled
  const name = provider && plain(provider.name[words.language])
  const security = words.t(filled.security === 'tls' ? 'securityTls' : filled.security === 'starttls' ? 'securityStarttls' : 'none')
  return (
    <>
      <p class="whose">
        <bdi>{plain(draft.address.trim())}</bdi>
        {!draft.again && (
          <button type="button" class="quiet" onClick={onOtherAddress}>
            {words.t('change')}
          </button>
        )}
      </p>
      <section class="found panel" aria-labelledby="found-title">
        <h2 class="title" id="found-title" tabIndex={-1} ref={heading}>
          {name ?? words.t(titleOf(draft, candidate))}
        </h2>
        {provider?.refusal ? (
          <p>{provider.refusal[words.language]}</p>
        ) : candidate ? (
          <>
            <p>
              <bdi>
                {words.t('foundAt', { protocol: filled.protocol.toUpperCase(), host: plain(filled.host), port: filled.port, security })}
              </bdi>
            </p>
            {candidate.origins.length > 0 && <p class="help">{candidate.origins.map((origin) => words.t(ORIGINS[origin])).join(' · ')}</p>}
          </>
        ) : (
          <p>{words.t('notFoundHelp')}</p>
        )}
      </section>
      {provider && provider.steps.length > 0 && (
        <section class="first" aria-labelledby="first-title">
          <h2 id="first-title">{words.t('firstAt', { provider: name ?? '' })}</h2>
          <ol>
            {provider.steps.map(({ text, url }, index) => (
              <li key={text.en}>
                <span id={`first-${index}`}>{text[words.language]}</span>
                {url !== undefined && (
                  <button
                    type="button"
                    class="quiet link-out"
                    aria-describedby={`first-${index}`}
                    onClick={() => void settle(desktop.openLink(url))}
                  >
                    <LinkIcon />
                    {words.t('openInBrowser')}
                  </button>
                )}
              </li>
            ))}
          </ol>
        </section>
      )}
      {filled.byBrowser && !takesTyped(candidate) && <p role="note">{words.t('browserOnly', { provider: name ?? plain(filled.host) })}</p>}
    </>
  )
}

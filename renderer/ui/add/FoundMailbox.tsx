/** The address, the mail server that was found for it, and what its provider requires first. */
import type { RefObject } from 'preact'
import type { Candidate } from '../../../common/protocol/discovery.ts'
import { type AccountDraft, type FilledDraft, SECURITIES, takesTyped } from '../../view/forms/account-draft.ts'
import { plain } from '../../../common/model/text.ts'
import type { WordKey } from '../../../common/words/words.ts'
import { useUi } from '../controls/context.ts'
import { Breakable } from '../controls/Breakable.tsx'
import { Button } from '../controls/Button.tsx'
import { LinkButton } from '../controls/WebLink.tsx'
import './FoundMailbox.css'

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
  const { candidate, provider } = filled
  const name = provider && plain(provider.name[words.language])
  const security = words.t(SECURITIES[filled.security])
  return (
    <>
      <section class="found" aria-labelledby="found-title">
        <p class="account-address">
          <Breakable text={plain(draft.address.trim())} />
          {!draft.again && <Button text={words.t('change')} class="text-button" onClick={onOtherAddress} />}
        </p>
        <h2 class="title" id="found-title" tabIndex={-1} ref={heading}>
          {name ?? words.t(titleOf(draft, candidate))}
        </h2>
        {provider?.refusal ? (
          <p>{provider.refusal[words.language]}</p>
        ) : candidate ? (
          <>
            <p class="intro">
              <Breakable
                text={words.t('foundAt', {
                  protocol: filled.protocol.toUpperCase(),
                  host: plain(filled.host),
                  port: filled.port,
                  security,
                })}
              />
            </p>
            {candidate.origins.length > 0 && (
              <p class="help">{candidate.origins.map((origin) => words.t(`origin.${origin}`)).join(' · ')}</p>
            )}
          </>
        ) : (
          <p class="intro">{words.t('notFoundHelp')}</p>
        )}
      </section>
      {provider && provider.steps.length > 0 && (
        <section class="provider-steps" aria-labelledby="provider-steps">
          <h2 id="provider-steps">{words.t('firstAt', { provider: name ?? '' })}</h2>
          <ol>
            {provider.steps.map(({ text, url }, index) => (
              <li key={text.en}>
                <span id={`step-${index}`}>{text[words.language]}</span>
                {url !== undefined && <LinkButton url={url} label={words.t('openInBrowser')} describedBy={`step-${index}`} />}
              </li>
            ))}
          </ol>
        </section>
      )}
      {filled.byBrowser && !takesTyped(candidate) && <p role="note">{words.t('browserOnly', { provider: name ?? plain(filled.host) })}</p>}
    </>
  )
}

/** The accounts that the desktop or Thunderbird has, to be added without typing a server. Nothing if there are none. */
import { useEffect, useId, useState } from 'preact/hooks'
import { plain } from '../../../common/model/text.ts'
import type { KnownAccount } from '../../../common/protocol/discovery.ts'
import { type AccountDraft, draftOfKnown } from '../../view/forms/account-draft.ts'
import { Breakable } from '../controls/Breakable.tsx'
import { Choice } from '../controls/Choice.tsx'
import { outcomeOf, useDesktop, useUi } from '../controls/context.ts'
import './KnownAccounts.css'

interface KnownAccountsProps {
  /** Accounts that this app has already. */
  readonly managed: readonly string[]
  readonly onDraft: (draft: AccountDraft) => void
}

const ORIGINS = ['gnome', 'thunderbird'] as const

export function KnownAccounts({ managed, onDraft }: KnownAccountsProps) {
  const { readKnownAccounts } = useDesktop()
  const [known, setKnown] = useState<readonly KnownAccount[]>([])
  useEffect(() => {
    void outcomeOf(readKnownAccounts()).then((outcome) => outcome.ok && setKnown(outcome.known))
  }, [])
  const offered = known.filter(({ discovery }) => !managed.includes(discovery.address))
  return (
    <>
      {ORIGINS.map((origin) => {
        const accounts = offered.filter(({ discovery }) => discovery.candidates[0]?.origins.includes(origin))
        return accounts.length > 0 && <Offer key={origin} origin={origin} accounts={accounts} onDraft={onDraft} />
      })}
    </>
  )
}

interface OfferProps extends Pick<KnownAccountsProps, 'onDraft'> {
  readonly origin: (typeof ORIGINS)[number]
  readonly accounts: readonly KnownAccount[]
}

function Offer({ origin, accounts, onDraft }: OfferProps) {
  const { words } = useUi()
  const titleId = useId()
  return (
    <section class="known" aria-labelledby={titleId}>
      <h2 id={titleId}>{words.t(`known.${origin}`)}</h2>
      <p class="help">{words.t(`knownHelp.${origin}`)}</p>
      <ul class="choices">
        {accounts.map((account) => {
          const { address, candidates } = account.discovery
          return (
            <Choice
              key={address}
              text={<Breakable text={plain(address)} />}
              help={plain(candidates[0]?.host ?? '')}
              onClick={() => onDraft(draftOfKnown(account))}
            />
          )
        })}
      </ul>
    </section>
  )
}

/** The accounts that Thunderbird on this machine has, to be added without typing a server. Nothing if there are none. */
import { useEffect, useId, useState } from 'preact/hooks'
import { plain } from '../../../common/model/text.ts'
import type { KnownAccount } from '../../../common/protocol/discovery.ts'
import { type AccountDraft, draftOfKnown } from '../../view/account-draft.ts'
import { Button } from '../controls/Button.tsx'
import { outcomeOf, useDesktop, useUi } from '../controls/context.ts'
import './KnownAccounts.css'

interface KnownAccountsProps {
  /** Accounts that this app has already. */
  readonly managed: readonly string[]
  readonly onDraft: (draft: AccountDraft) => void
}

export function KnownAccounts({ managed, onDraft }: KnownAccountsProps) {
  const { words } = useUi()
  const { readKnownAccounts } = useDesktop()
  const titleId = useId()
  const [known, setKnown] = useState<readonly KnownAccount[]>([])
  useEffect(() => {
    void outcomeOf(readKnownAccounts()).then((outcome) => outcome.ok && setKnown(outcome.known))
  }, [])
  const offered = known.filter(({ discovery }) => !managed.includes(discovery.address))
  if (offered.length === 0) return null
  return (
    <section class="known" aria-labelledby={titleId}>
      <h2 id={titleId}>{words.t('knownTitle')}</h2>
      <p class="help">{words.t('knownHelp')}</p>
      <ul>
        {offered.map((account) => {
          const { address, candidates } = account.discovery
          const server = candidates[0]?.host ?? ''
          return (
            <li key={address}>
              <Button text={plain(words.t('knownAccount', { address, server }))} onClick={() => onDraft(draftOfKnown(account))} />
            </li>
          )
        })}
      </ul>
    </section>
  )
}

/** A stored account whose password is locked, or not on this computer. */
import type { ServerView } from '../../../common/protocol/window-state.ts'
import { plain } from '../../../common/model/text.ts'
import { useNames, useSignInAgain, useUi } from '../controls/context.ts'
import { Button } from '../controls/Button.tsx'
import { WarningText } from '../controls/WarningText.tsx'
import { Details } from '../layers/Details.tsx'
import './AccountRow.css'

interface UnavailableRowProps {
  readonly server: ServerView
  readonly account: string
  readonly locked: boolean
}

export function UnavailableRow({ server, account, locked }: UnavailableRowProps) {
  const { words } = useUi()
  const signInAgain = useSignInAgain()
  const name = useNames()(server.id, account)
  const reason = words.t(locked ? 'needsUnlock' : 'needsSignIn')
  return (
    <li class="account">
      <bdi class="name" title={plain(account)}>
        {name}
      </bdi>
      <Details class="account-state account-error" label={words.t('detailsOf', { name })} line={<WarningText text={reason} />}>
        <p>{reason}</p>
        {!locked && <Button text={words.t('signInAgain')} class="button primary" onClick={() => signInAgain(account)} />}
      </Details>
      {!locked && (
        <Button
          text={words.t('signIn')}
          class="text-button"
          label={words.t('signInAgainTo', { account: name })}
          onClick={() => signInAgain(account)}
        />
      )}
      <p class="count nothing">
        <span aria-hidden="true">–</span>
      </p>
      <span class="menu-place" />
    </li>
  )
}

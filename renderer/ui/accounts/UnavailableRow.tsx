/** A stored account whose password is locked, or not on this computer. */
import { plain } from '../../../common/model/text.ts'
import { useSignInAgain, useUi } from '../controls/context.ts'
import { Button } from '../controls/Button.tsx'
import { WarningIcon } from '../controls/icons.tsx'
import './AccountRow.css'

export function UnavailableRow({ account, locked }: { readonly account: string; readonly locked: boolean }) {
  const { words } = useUi()
  const signInAgain = useSignInAgain()
  const name = plain(account)
  return (
    <li class="account">
      <div class="account-text">
        <bdi class="name">{name}</bdi>
        <div class="account-state account-error">
          <WarningIcon />
          <p>{words.t(locked ? 'needsUnlock' : 'needsSignIn')}</p>
        </div>
      </div>
      {!locked && (
        <Button text={words.t('signInAgain')} label={words.t('signInAgainTo', { account: name })} onClick={() => signInAgain(account)} />
      )}
    </li>
  )
}

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
  const reason = words.t(locked ? 'needsUnlock' : 'needsSignIn')
  return (
    <li class="account">
      <bdi class="name" title={name}>
        {name}
      </bdi>
      <p class="account-state account-error" title={reason}>
        <WarningIcon />
        <span>{reason}</span>
      </p>
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

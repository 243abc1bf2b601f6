/** An account that is kept, but whose password is not on this computer, or is locked. */
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { plain } from '../../../common/model/text.ts'
import { useUi } from '../context.ts'
import { WarningIcon } from '../controls/icons.tsx'

/** Leads to the sign-in of an account. */
export const SignInAgain = createContext<(account: string) => void>(() => undefined)

export function UnavailableRow({ account, locked }: { readonly account: string; readonly locked: boolean }) {
  const { words } = useUi()
  const signIn = useContext(SignInAgain)
  const name = plain(account)
  return (
    <li class="account">
      <div class="account-words">
        <bdi class="name">{name}</bdi>
        <div class="account-state account-trouble">
          <WarningIcon />
          <p>{words.t(locked ? 'needsUnlock' : 'needsSignIn')}</p>
        </div>
      </div>
      {!locked && (
        <button type="button" class="button" aria-label={words.t('signInAgainTo', { account: name })} onClick={() => signIn(account)}>
          {words.t('signInAgain')}
        </button>
      )}
    </li>
  )
}

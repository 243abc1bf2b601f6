/** One account: its count and state, and a menu of actions. */
import { useId, useRef, useState } from 'preact/hooks'
import { plain } from '../../../common/model/text.ts'
import { isFresh } from '../../../common/model/totals.ts'
import { webAddress } from '../../view/messages.ts'
import { useSignInAgain, useUi } from '../controls/context.ts'
import { Button, IconButton } from '../controls/Button.tsx'
import { MoreIcon } from '../controls/icons.tsx'
import { WebLink } from '../controls/WebLink.tsx'
import { RetryButton } from './RetryButton.tsx'
import { AccountMenu } from './AccountMenu.tsx'
import { type AccountProps, AccountState } from './AccountState.tsx'
import './AccountRow.css'

export function AccountRow({ account, server, state, query }: AccountProps) {
  const { words } = useUi()
  const signInAgain = useSignInAgain()
  const [isOpen, setOpen] = useState(false)
  const menu = useId()
  const opener = useRef<HTMLButtonElement>(null)
  const { id, unread, status } = account
  const name = plain(id)
  const isOld = unread !== null && !isFresh(server.link, account)
  const isManaged = server.kind === 'local' && state.manage?.accounts.includes(id) === true
  const code = status === 'error' ? account.error?.code : undefined
  const needsSignIn = isManaged && (code === 'auth' || code === 'config')
  // A server elsewhere retries by itself.
  const canRetry = isManaged && server.link.phase !== 'retrying' && status !== 'ok' && account.error !== undefined
  const signIn = (): void => signInAgain(id)
  return (
    <li class="account">
      <div class="account-text">
        <WebLink class="name" url={webAddress(account.url)} text={name} />
        <AccountState account={account} server={server} state={state} query={query} />
        {(needsSignIn || canRetry) && (
          <div class="account-buttons">
            {needsSignIn && <Button text={words.t('signInAgain')} label={words.t('signInAgainTo', { account: name })} onClick={signIn} />}
            {canRetry && <RetryButton account={account} />}
          </div>
        )}
      </div>
      <p class={`count ${isOld ? 'old' : unread ? 'some' : 'nothing'}`}>
        <span aria-hidden="true">{unread === null ? '–' : words.number(unread)}</span>
        {unread !== null && <span class="visually-hidden">{words.t('unread', { count: unread })}</span>}
      </p>
      <IconButton
        small
        buttonRef={opener}
        label={words.t('moreFor', { account: name })}
        aria-expanded={isOpen}
        aria-controls={menu}
        onClick={() => setOpen(!isOpen)}
      >
        <MoreIcon />
      </IconButton>
      <div
        id={menu}
        hidden={!isOpen}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          event.preventDefault()
          setOpen(false)
          opener.current?.focus()
        }}
      >
        {isOpen && <AccountMenu account={account} server={server} state={state} onSignIn={isManaged && !needsSignIn ? signIn : null} />}
      </div>
    </li>
  )
}

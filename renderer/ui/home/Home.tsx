/** The first view: notices, accounts by server, the latest messages, and buttons to add more. */
import type { WindowState } from '../../../common/protocol/window-state.ts'
import type { ExpectedState } from '../../view/expected-state.ts'
import type { PendingActions } from '../../view/pending-actions.ts'
import { outcomeOf, useDesktop, useUi } from '../controls/context.ts'
import { Button, IconButton } from '../controls/Button.tsx'
import { Header } from './Header.tsx'
import { LinkIcon, PlusIcon, QuitIcon } from '../controls/icons.tsx'
import { Lists } from './Lists.tsx'
import { Notices } from './Notices.tsx'
import { Unlock } from '../settings/PassphraseForms.tsx'
import { SignIn } from '../connect/SignIn.tsx'
import { FailedLink } from '../connect/SignInLink.tsx'
import './Home.css'

export type View = 'home' | 'add' | 'sign-in-again' | 'connect' | 'settings'

interface HomeProps extends ExpectedState {
  readonly query: string
  readonly actions: PendingActions
  readonly onQuery: (query: string) => void
  readonly onOpen: (view: View) => void
}

export function Home({ state, unconfirmed, query, actions, onQuery, onOpen }: HomeProps) {
  const { words, bridge } = useUi()
  const link = state.signInLink
  const [only] = state.servers
  const signedOut = !state.desktop && only?.link.phase === 'signed-out' ? only.link : null
  return (
    <>
      <Header state={state} unconfirmed={unconfirmed} onSettings={() => onOpen('settings')} />
      <main>
        {state.desktop?.secrets.locked && <Unlock />}
        {state.desktop && <Notices notices={state.notices} onSettings={() => onOpen('settings')} />}
        {bridge.page && link?.kind === 'failed' && <FailedLink link={link} page={bridge.page} signedIn={!signedOut} />}
        {signedOut && link?.kind === 'checking' ? (
          <p role="status">{words.t('signingIn')}</p>
        ) : signedOut ? (
          <SignIn problem={signedOut.problem} storesSignIn={state.storesSignIn !== false} />
        ) : isEmpty(state) ? (
          <div class="empty">
            <h2 class="title">{words.t(state.manage ? 'noAccounts' : 'noAccountsHere')}</h2>
            <p>{words.t(state.desktop ? 'emptyHelp' : state.manage ? 'welcomeAddHelp' : 'emptyServer')}</p>
          </div>
        ) : (
          <Lists state={state} query={query} onQuery={onQuery} actions={actions} />
        )}
      </main>
      {state.manage && (
        <nav class="buttons bottom-bar" aria-label={words.t('add')}>
          <Button text={words.t('addAccount')} icon={<PlusIcon />} id="open-add" onClick={() => onOpen('add')} />
          {state.desktop && (
            <Button text={words.t('connectServer')} icon={<LinkIcon />} id="open-connect" onClick={() => onOpen('connect')} />
          )}
          {state.desktop?.isTrayMissing && <Quit />}
        </nav>
      )}
    </>
  )
}

/** Where the tray's menu may be out of reach. */
function Quit() {
  const { words } = useUi()
  const { quit } = useDesktop()
  return (
    <IconButton label={words.t('quit')} onClick={() => void outcomeOf(quit())}>
      <QuitIcon />
    </IconButton>
  )
}

/** True when every server has answered, and none has an account. */
function isEmpty({ servers }: WindowState): boolean {
  return servers.every(({ accounts, link, kind }) => accounts?.length === 0 && link.phase === 'live' && kind === 'local')
}

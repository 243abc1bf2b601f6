/** The first view: notices, accounts by server, the latest messages, and buttons to add more. */
import type { WindowState } from '../../../common/protocol/window-state.ts'
import { searchIn } from '../../view/search.ts'
import type { PendingActions } from '../../view/pending-actions.ts'
import { folderName, plain } from '../../../common/model/text.ts'
import { outcomeOf, useDesktop, useUi } from '../controls/context.ts'
import { Button, IconButton } from '../controls/Button.tsx'
import { Header } from './Header.tsx'
import { LinkIcon, PlusIcon, QuitIcon } from '../controls/icons.tsx'
import { LatestMessages } from '../messages/LatestMessages.tsx'
import { Notices } from './Notices.tsx'
import { SearchField } from '../messages/SearchField.tsx'
import { ServerSection } from '../accounts/ServerSection.tsx'
import { Unlock } from '../settings/PassphraseForms.tsx'
import { SignIn } from '../connect/SignIn.tsx'
import { FailedLink } from '../connect/SignInLink.tsx'
import './Home.css'

export type View = 'home' | 'add' | 'sign-in-again' | 'connect' | 'settings'

interface HomeProps {
  readonly state: WindowState
  readonly query: string
  readonly actions: PendingActions
  readonly onQuery: (query: string) => void
  readonly onOpen: (view: View) => void
}

export function Home({ state, query, actions, onQuery, onOpen }: HomeProps) {
  const { words, bridge } = useUi()
  const link = state.signInLink
  const [only] = state.servers
  const signedOut = !state.desktop && only?.link.phase === 'signed-out' ? only.link : null
  return (
    <>
      <Header state={state} onSettings={() => onOpen('settings')} />
      <main>
        {state.desktop?.secrets.locked && <Unlock />}
        {state.desktop && <Notices notices={state.notices} onSettings={() => onOpen('settings')} />}
        {bridge.page && link?.kind === 'failed' && <FailedLink link={link} page={bridge.page} signedIn={!signedOut} />}
        {signedOut && link?.kind === 'checking' ? (
          <p role="status">{words.t('signingIn')}</p>
        ) : signedOut ? (
          <SignIn problem={signedOut.problem} />
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

/** Accounts and messages, or those that match the search. */
function Lists({ state, query, actions, onQuery }: Omit<HomeProps, 'onOpen'>) {
  const { words } = useUi()
  const { servers, messages } = searchIn(state.servers, query, (folder) => folderName(folder, words))
  const searching = query.trim() !== ''
  const accounts = state.servers.flatMap((server) => server.accounts ?? [])
  const opensInProgram = state.desktop !== null && state.desktop.settings.opensMailIn !== 'web'
  const listsMessages = accounts.some(({ latest }) => latest !== undefined)
  return (
    <>
      {accounts.length > 0 && <SearchField query={query} onQuery={onQuery} />}
      {searching && servers.length === 0 && messages.length === 0 ? (
        <div class="empty">
          <h2 class="title">{words.t('foundNothing', { query: plain(query, 60) })}</h2>
          <p>{words.t('foundNothingHelp')}</p>
        </div>
      ) : (
        <div class="columns">
          {servers.length > 0 && (
            <div class="servers">
              {servers.map((server) => (
                <ServerSection key={server.id} server={server} state={state} query={query} />
              ))}
            </div>
          )}
          {listsMessages && (!searching || messages.length > 0) && (
            <LatestMessages messages={messages} showAccount={accounts.length > 1} opensInProgram={opensInProgram} actions={actions} />
          )}
        </div>
      )}
    </>
  )
}

/** True when every server has answered, and none has an account. */
function isEmpty({ servers }: WindowState): boolean {
  return servers.every(({ accounts, link, kind }) => accounts?.length === 0 && link.phase === 'live' && kind === 'local')
}

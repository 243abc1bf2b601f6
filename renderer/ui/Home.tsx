/** The first view: notices, accounts by server, latest mails, and the ways to add more. */
import type { WindowState } from '../../main/ipc.ts'
import { useSurroundings } from './context.ts'
import { Header } from './Header.tsx'
import { LinkIcon, PlusIcon } from './icons.tsx'
import { LatestMails } from './LatestMails.tsx'
import { Notices } from './Notices.tsx'
import { ServerSection } from './ServerSection.tsx'
import { SignIn } from './SignIn.tsx'

export type View = 'home' | 'add' | 'connect' | 'settings'

export function Home({ state, go }: { readonly state: WindowState; readonly go: (view: View) => void }) {
  const { words } = useSurroundings()
  const [only] = state.servers
  const signedOut = !state.desktop && only?.link.phase === 'signed-out' ? only.link : null
  return (
    <>
      <Header state={state} onSettings={() => go('settings')} />
      <main class="home">
        {state.desktop && <Notices notices={state.notices} />}
        {signedOut ? (
          <SignIn refused={signedOut.message !== ''} />
        ) : (
          <div class="columns">
            <div class="servers">
              {isEmpty(state) ? (
                <div class="empty">
                  <h2>{words.t('emptyTitle')}</h2>
                  <p>{state.desktop ? words.t('emptyHelp') : words.t('emptyServer')}</p>
                </div>
              ) : (
                state.servers.map((server) => <ServerSection key={server.id} server={server} state={state} />)
              )}
            </div>
            <LatestMails servers={state.servers} />
          </div>
        )}
      </main>
      {state.desktop && (
        <nav class="more" aria-label={words.t('addMore')}>
          <button type="button" class="button" id="open-add" onClick={() => go('add')}>
            <PlusIcon />
            {words.t('addAccount')}
          </button>
          <button type="button" class="button" id="open-connect" onClick={() => go('connect')}>
            <LinkIcon />
            {words.t('connectServer')}
          </button>
        </nav>
      )}
    </>
  )
}

/** Every server has answered, and none has an account. */
function isEmpty({ servers }: WindowState): boolean {
  return servers.every(({ accounts, link, kind }) => accounts?.length === 0 && link.phase === 'live' && kind === 'local')
}

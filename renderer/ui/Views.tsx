/** The views. Drafts live here, so that moving between views loses nothing that was typed. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { WindowState } from '../../common/protocol/window-state.ts'
import { EMPTY_ACCOUNT, toSignInAgain } from '../view/account-draft.ts'
import { EMPTY_SERVER } from '../view/server-draft.ts'
import { AddAccount } from './add/AddAccount.tsx'
import { SetUpAccount } from './add/SetUpAccount.tsx'
import { Announcer } from './Announcer.tsx'
import { ConnectServer } from './connect/ConnectServer.tsx'
import { InvitationQuestion } from './connect/InvitationQuestion.tsx'
import { ReplaceQuestion } from './connect/SignInLink.tsx'
import { outcomeOf, SignInAgainProvider, useUi } from './controls/context.ts'
import { IconButton } from './controls/Button.tsx'
import { BackIcon } from './controls/icons.tsx'
import { useDocumentEvent } from './controls/use-document-event.ts'
import { FirstRun } from './home/FirstRun.tsx'
import { Home } from './home/Home.tsx'
import { usePendingActions } from './messages/use-pending-actions.ts'
import { Settings } from './settings/Settings.tsx'
import { useView } from './use-view.ts'

const TITLES = { add: 'addAccount', 'sign-in-again': 'signInAgain', connect: 'connectServer', settings: 'settings' } as const
/** The step of the first run after an account or a server was added. */
const LAST_STEP = 2

export function Views({ state }: { readonly state: WindowState }) {
  const { words, bridge } = useUi()
  const { desktop } = state
  const { view, open, heading } = useView(state)
  const [account, setAccount] = useState(EMPTY_ACCOUNT)
  const [signIn, setSignIn] = useState(EMPTY_ACCOUNT)
  const [server, setServer] = useState(EMPTY_SERVER)
  const [query, setQuery] = useState('')
  const [step, setStep] = useState(0)
  const actions = usePendingActions(bridge)

  useDocumentEvent('keydown', (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return
    if (view !== 'home') open('home')
    else if (query !== '') setQuery('')
    else void bridge.desktop?.hide()
  })

  useEffect(() => {
    if (view !== 'home') actions.runNow()
  }, [view, actions])

  // A window with a draft stays in memory while it is hidden.
  const hasDraft = account !== EMPTY_ACCOUNT || server !== EMPTY_SERVER || view === 'sign-in-again'
  const hadDraft = useRef(false)
  useEffect(() => {
    if (hasDraft !== hadDraft.current) void bridge.desktop?.setHasDraft(hasDraft)
    hadDraft.current = hasDraft
  }, [hasDraft, bridge])

  // A window that opens again shows everything.
  useDocumentEvent('visibilitychange', () => document.visibilityState === 'hidden' && setQuery(''))

  const close = (): void => open('home')
  const onAdded = (clearDraft: () => void): void => {
    clearDraft()
    setStep(LAST_STEP)
    close()
  }
  const signInAgain = async (address: string): Promise<void> => {
    const stored = bridge.desktop && (await outcomeOf(bridge.desktop.readAccount(address)))
    if (!stored?.ok) return
    setSignIn(toSignInAgain(stored.account))
    open('sign-in-again')
  }
  const tryStep = desktop?.tryStep ?? null
  return (
    <SignInAgainProvider value={(address) => void signInAgain(address)}>
      {desktop?.invitation ? (
        <InvitationQuestion invitation={desktop.invitation} />
      ) : bridge.page && state.signInLink?.kind === 'question' ? (
        <ReplaceQuestion link={state.signInLink} page={bridge.page} />
      ) : view === 'home' && desktop?.firstRun ? (
        <FirstRun state={state} desktop={desktop} step={step} onStep={setStep} onOpen={open} onDraft={setAccount} />
      ) : view === 'home' ? (
        <Home state={state} query={query} actions={actions} onQuery={setQuery} onOpen={open} />
      ) : (
        <>
          <header class="header sub">
            <IconButton label={words.t('back')} onClick={close}>
              <BackIcon />
            </IconButton>
            <h1 class="title" tabIndex={-1} ref={heading}>
              {words.t(TITLES[view])}
            </h1>
          </header>
          <main>
            {view === 'add' && (
              <AddAccount
                managed={desktop?.managedAccounts ?? []}
                draft={account}
                tryStep={tryStep}
                onDraft={setAccount}
                onDone={() => onAdded(() => setAccount(EMPTY_ACCOUNT))}
              />
            )}
            {view === 'sign-in-again' && <SetUpAccount draft={signIn} tryStep={tryStep} onDraft={setSignIn} onDone={close} />}
            {view === 'connect' && (
              <ConnectServer draft={server} onDraft={setServer} onDone={() => onAdded(() => setServer(EMPTY_SERVER))} />
            )}
            {view === 'settings' && <Settings state={state} onDone={close} />}
          </main>
        </>
      )}
      <Announcer state={state} actions={actions.view} query={view === 'home' ? query : ''} />
    </SignInAgainProvider>
  )
}

/** The window: takes the state from the bridge, and draws one of its views. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Bridge } from '../../common/protocol/bridge.ts'
import type { WindowState } from '../../common/protocol/window-state.ts'
import { EMPTY_ACCOUNT, toSignInAgain } from '../view/account-draft.ts'
import { EMPTY_SERVER } from '../view/server-draft.ts'
import { createWords, pickLanguage } from '../../common/words/words.ts'
import { SignInAgain } from './accounts/UnavailableRow.tsx'
import { AddAccount } from './add/AddAccount.tsx'
import { Announcer } from './Announcer.tsx'
import { ConnectServer } from './connect/ConnectServer.tsx'
import { UiContextProvider } from './context.ts'
import { FirstRun } from './FirstRun.tsx'
import { Home, type View } from './Home.tsx'
import { BackIcon } from './controls/icons.tsx'
import { InvitationQuestion } from './connect/InvitationQuestion.tsx'
import { Settings } from './settings/Settings.tsx'
import { SetUpAccount } from './add/SetUpAccount.tsx'
import { usePendingActions } from './messages/use-pending-actions.ts'
import { useBridgeState } from './use-bridge-state.ts'
import { TickerProvider, useTicker } from './controls/use-now.ts'

const TITLES = { add: 'addAccount', again: 'signInAgain', connect: 'connectServer', settings: 'settings' } as const

export function App({ bridge }: { readonly bridge: Bridge }) {
  const loaded = useBridgeState(bridge)
  const language = loaded.kind === 'state' ? loaded.state.language : pickLanguage(navigator.languages)
  const theme = loaded.kind === 'state' ? loaded.state.sharedSettings.theme : 'system'
  const words = useMemo(() => createWords(language, navigator.languages), [language])
  const ticker = useTicker()
  const surroundings = useMemo(() => ({ words, bridge }), [words, bridge])

  useEffect(() => {
    document.documentElement.lang = language
    document.documentElement.dataset['theme'] = theme
  }, [language, theme])

  if (loaded.kind === 'loading') {
    return (
      <main class="alone" aria-busy="true">
        <p>{words.t('loading')}</p>
      </main>
    )
  }
  if (loaded.kind === 'broken') {
    return (
      <main class="alone">
        <h1 class="title">{words.t('brokenTitle')}</h1>
        <p role="alert">{words.t(window.mailbell ? 'brokenHelp' : 'brokenHelpPage')}</p>
        <button type="button" class="button" onClick={loaded.again}>
          {words.t('tryAgain')}
        </button>
      </main>
    )
  }
  return (
    <UiContextProvider value={surroundings}>
      <TickerProvider value={ticker}>
        <Views state={loaded.state} bridge={bridge} title={(view) => words.t(TITLES[view])} back={words.t('back')} />
      </TickerProvider>
    </UiContextProvider>
  )
}

interface ViewsProps {
  readonly state: WindowState
  readonly bridge: Bridge
  readonly title: (view: Exclude<View, 'home'>) => string
  readonly back: string
}

/** The views and the way between them. Drafts live here, so that going back and forth loses nothing that was typed. */
function Views({ state, bridge, title, back }: ViewsProps) {
  const [view, setView] = useState<View>('home')
  const [account, setAccount] = useState(EMPTY_ACCOUNT)
  const [again, setAgain] = useState(EMPTY_ACCOUNT)
  const [server, setServer] = useState(EMPTY_SERVER)
  const [query, setQuery] = useState('')
  const acts = usePendingActions(bridge)
  const heading = useRef<HTMLHeadingElement>(null)
  const before = useRef<View>('home')
  const [step, setStep] = useState(0)
  const shown = state.desktop || view === 'settings' ? view : 'home'
  const welcomes = shown === 'home' && state.desktop?.firstRun === true

  useLayoutEffect(() => {
    if (shown === before.current) return
    const target = shown === 'home' ? document.querySelector<HTMLElement>(`#open-${before.current}`) : heading.current
    target?.focus()
    if (shown !== 'home') window.scrollTo(0, 0)
    before.current = shown
  }, [shown])

  const { requestId, view: wanted } = state.desktop?.navigation ?? { requestId: 0, view: 'home' as const }
  const lastTurn = useRef(0)
  useLayoutEffect(() => {
    if (requestId !== lastTurn.current) setView(wanted)
    lastTurn.current = requestId
  }, [requestId, wanted])

  const invitation = state.desktop?.invitation ?? null
  const firstRun = state.desktop?.firstRun === true
  const interrupts = firstRun || invitation !== null
  const interrupted = useRef(interrupts)
  useLayoutEffect(() => {
    if (interrupted.current && !interrupts) document.querySelector<HTMLElement>('#open-settings')?.focus()
    interrupted.current = interrupts
  }, [interrupts])

  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return
      if (shown !== 'home') setView('home')
      else if (query !== '') setQuery('')
      else void bridge.desktop?.hide()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [shown, bridge, query])

  useEffect(() => {
    if (shown !== 'home') acts.runNow()
  }, [shown, acts])

  // What is typed but not sent would be lost with the window.
  const isTyped = account !== EMPTY_ACCOUNT || server !== EMPTY_SERVER || shown === 'again'
  const wasTyped = useRef(false)
  useEffect(() => {
    if (isTyped !== wasTyped.current) void bridge.desktop?.setHasDraft(isTyped)
    wasTyped.current = isTyped
  }, [isTyped, bridge])

  // Whoever opens the window again wants to see all of it.
  useEffect(() => {
    const onVisibility = (): void => void (document.visibilityState === 'hidden' && setQuery(''))
    document.addEventListener('visibilitychange', onVisibility)
    return () => document.removeEventListener('visibilitychange', onVisibility)
  }, [])

  const done = (): void => setView('home')
  const added = (): void => {
    setStep(2)
    done()
  }
  const signIn = async (address: string): Promise<void> => {
    const read = await bridge.desktop?.readAccount(address)
    if (!read?.ok) return
    setAgain(toSignInAgain(read.account))
    setView('again')
  }
  return (
    <SignInAgain.Provider value={(address) => void signIn(address)}>
      {invitation ? (
        <InvitationQuestion invitation={invitation} />
      ) : welcomes && state.desktop ? (
        <FirstRun state={state} desktop={state.desktop} step={step} onStep={setStep} go={setView} />
      ) : shown === 'home' ? (
        <Home state={state} go={setView} query={query} onQuery={setQuery} acts={acts} />
      ) : (
        <>
          <header class="header sub">
            <button type="button" class="tool" aria-label={back} title={back} onClick={done}>
              <BackIcon />
            </button>
            <h1 class="title" tabIndex={-1} ref={heading}>
              {title(shown)}
            </h1>
          </header>
          <main class="sub">
            {shown === 'add' && (
              <AddAccount
                draft={account}
                trying={state.desktop?.tryStep ?? null}
                onDraft={setAccount}
                onDone={() => {
                  setAccount(EMPTY_ACCOUNT)
                  added()
                }}
              />
            )}
            {shown === 'again' && <SetUpAccount draft={again} trying={state.desktop?.tryStep ?? null} onDraft={setAgain} onDone={done} />}
            {shown === 'connect' && (
              <ConnectServer
                draft={server}
                onDraft={setServer}
                onDone={() => {
                  setServer(EMPTY_SERVER)
                  added()
                }}
              />
            )}
            {shown === 'settings' && <Settings state={state} onDone={done} />}
          </main>
        </>
      )}
      <Announcer state={state} acts={acts.view} query={shown === 'home' ? query : ''} />
    </SignInAgain.Provider>
  )
}

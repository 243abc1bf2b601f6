/** The views. Drafts live here, so that moving between views loses nothing that was typed. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { namesOf } from '../../common/model/account-names.ts'
import type { StoredAccount } from '../../common/protocol/account.ts'
import type { WindowState } from '../../common/protocol/window-state.ts'
import { expectedState } from '../view/expected-state.ts'
import { Announcer } from './Announcer.tsx'
import { BrokenPage } from './Broken.tsx'
import { InvitationQuestion } from './connect/InvitationQuestion.tsx'
import { ReplaceQuestion } from './connect/SignInLink.tsx'
import { NamesProvider, PendingActionsProvider, SignInAgainProvider, useUi } from './controls/context.ts'
import { IconButton } from './controls/Button.tsx'
import { BackIcon } from './controls/icons.tsx'
import { Toaster, useToastedRequest } from './layers/Toaster.tsx'
import { useDocumentEvent } from './controls/use-document-event.ts'
import type { Drafts } from './FormView.tsx'
import { ConnectionToast } from './home/ConnectionToast.tsx'
import { Home } from './home/Home.tsx'
import { usePendingActions } from './messages/use-pending-actions.ts'
import { useLater } from './use-later.ts'
import { useView } from './use-view.ts'

const TITLES = { add: 'addAccount', 'sign-in-again': 'signInAgain', connect: 'connectServer', settings: 'settings' } as const
/** The step of the first run after an account or a server was added. */
const LAST_STEP = 2
const NO_DRAFTS: Drafts = { account: null, signIn: null, server: null }

const loadLaterViews = () => import('./later-views.ts')

export function Views({ state }: { readonly state: WindowState }) {
  const { words, bridge } = useUi()
  const { desktop } = state
  const { view, open, heading } = useView(state)
  const [drafts, setDrafts] = useState(NO_DRAFTS)
  const [again, setAgain] = useState<StoredAccount | null>(null)
  const [query, setQuery] = useState('')
  const [step, setStep] = useState(0)
  const actions = usePendingActions(state.servers)
  const expected = useMemo(() => expectedState(state, actions.view), [state, actions.view])
  const nameOf = useMemo(() => namesOf(state.servers), [state.servers])
  const request = useToastedRequest()
  const { module: later, isBroken } = useLater(loadLaterViews, view)
  // The app has it on disk.
  const isPageBroken = isBroken && !desktop

  useDocumentEvent('keydown', (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return
    if (view !== 'home') open('home')
    else if (query !== '') setQuery('')
    else void bridge.desktop?.hide()
  })

  // The link may bring a token that allows less.
  const isElsewhere = view !== 'home' || state.signInLink?.kind === 'question'
  useEffect(() => {
    if (isElsewhere) actions.runNow()
  }, [isElsewhere, actions])

  // A window with a draft stays in memory while it is hidden.
  const hasDraft = drafts.account !== null || drafts.server !== null || view === 'sign-in-again'
  const hadDraft = useRef(false)
  useEffect(() => {
    if (hasDraft !== hadDraft.current) void bridge.desktop?.setHasDraft(hasDraft)
    hadDraft.current = hasDraft
  }, [hasDraft, bridge])

  // A window that opens again shows everything.
  useDocumentEvent('visibilitychange', () => document.visibilityState === 'hidden' && setQuery(''))

  const close = (): void => open('home')
  const onDrafts = (change: Partial<Drafts>): void => setDrafts((before) => ({ ...before, ...change }))
  const onAdded = (cleared: Partial<Drafts>): void => {
    onDrafts(cleared)
    setStep(LAST_STEP)
    close()
  }
  const openSignIn = (account: StoredAccount): void => {
    setAgain(account)
    onDrafts({ signIn: null })
    open('sign-in-again')
  }
  const signInAgain = async (address: string): Promise<void> => {
    const stored = await request(bridge.readAccount(address))
    if (stored.ok) openSignIn(stored.account)
  }
  const { openTry = null, problem = null } = state.manage ?? {}
  // Once: it takes no user back who has left it, or is elsewhere.
  const hasOpenedTry = useRef(false)
  useEffect(() => {
    if (!openTry || problem || !later || hasOpenedTry.current) return
    hasOpenedTry.current = true
    if (!openTry.again) onDrafts({ account: later.draftOfTry(openTry.account) })
    if (view !== 'home') return
    if (openTry.again) openSignIn(openTry.account)
    else open('add')
  }, [openTry, problem, later, view])
  return (
    <NamesProvider value={nameOf}>
      <SignInAgainProvider value={(address) => void signInAgain(address)}>
        {desktop?.invitation ? (
          <InvitationQuestion invitation={desktop.invitation} />
        ) : bridge.page && state.signInLink?.kind === 'question' ? (
          <ReplaceQuestion link={state.signInLink} page={bridge.page} />
        ) : view === 'home' && desktop?.firstRun ? (
          later && (
            <later.FirstRun
              state={state}
              desktop={desktop}
              step={step}
              onStep={setStep}
              onOpen={open}
              onDraft={(account) => onDrafts({ account })}
            />
          )
        ) : view === 'home' ? (
          <PendingActionsProvider value={actions}>
            <Home {...expected} query={query} actions={actions} onQuery={setQuery} onOpen={open} />
          </PendingActionsProvider>
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
            {later ? (
              <later.FormView
                view={view}
                state={state}
                drafts={drafts}
                again={again}
                onDrafts={onDrafts}
                onClose={close}
                onAdded={onAdded}
              />
            ) : isPageBroken ? (
              <BrokenPage words={words} isView />
            ) : (
              <main aria-busy="true" />
            )}
          </>
        )}
        <Toaster
          isCovered={view === 'home' && actions.view.pending.length > 0}
          standing={view === 'home' && <ConnectionToast servers={state.servers} />}
        />
        <Announcer state={expected.state} actions={actions.view} query={view === 'home' ? query : ''} />
      </SignInAgainProvider>
    </NamesProvider>
  )
}

/** What every component may need: the words, and the bridge to what answers its requests. */
import type { NameOf } from '../../../common/model/account-names.ts'
import { unavailableBy } from '../../../common/errors.ts'
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Bridge, DesktopRequests } from '../../../common/protocol/bridge.ts'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import type { Words } from '../../../common/words/words.ts'
import type { PendingActions } from '../../view/pending-actions.ts'

export interface UiContext {
  readonly words: Words
  readonly bridge: Bridge
}

const Context = createContext<UiContext | null>(null)
export const UiContextProvider = Context.Provider

export function useUi(): UiContext {
  const context = useContext(Context)
  if (context === null) throw new Error('This component needs a UiContextProvider around it.')
  return context
}

/** For components that only the desktop app shows. */
export function useDesktop(): DesktopRequests {
  const { desktop } = useUi().bridge
  if (desktop === null) throw new Error('This component is for the desktop app only.')
  return desktop
}

const NamesContext = createContext<NameOf>((_server, account) => account)
export const NamesProvider = NamesContext.Provider
/** What people call the accounts that the window shows. */
export const useNames = (): NameOf => useContext(NamesContext)

const SignInAgainContext = createContext<(account: string) => void>(() => undefined)
export const SignInAgainProvider = SignInAgainContext.Provider
/** Opens the sign-in of an account. */
export const useSignInAgain = (): ((account: string) => void) => useContext(SignInAgainContext)

const PendingActionsContext = createContext<Pick<PendingActions, 'add' | 'settle'> | null>(null)
export const PendingActionsProvider = PendingActionsContext.Provider

/** What can be undone for a while. */
export function useActionQueue(): Pick<PendingActions, 'add' | 'settle'> {
  const actions = useContext(PendingActionsContext)
  if (actions === null) throw new Error('This component needs a PendingActionsProvider around it.')
  return actions
}

/** Requests reject only because of a bug or a lost process, which is shown as an error like any other. */
export async function outcomeOf<Result>(request: Promise<Outcome<Result>>): Promise<Outcome<Result>> {
  try {
    return await request
  } catch (error) {
    return unavailableBy(error)
  }
}

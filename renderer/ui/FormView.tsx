/** The views that have forms. */
import type { StoredAccount } from '../../common/protocol/account.ts'
import type { WindowState } from '../../common/protocol/window-state.ts'
import { type AccountDraft, EMPTY_ACCOUNT, toSignInAgain } from '../view/forms/account-draft.ts'
import { EMPTY_SERVER, type ServerDraft } from '../view/forms/server-draft.ts'
import { AddAccount } from './add/AddAccount.tsx'
import { SetUpAccount } from './add/SetUpAccount.tsx'
import { ConnectServer } from './connect/ConnectServer.tsx'
import { ErrorMessage } from './controls/ErrorMessage.tsx'
import type { View } from './home/Home.tsx'
import { Settings } from './settings/Settings.tsx'

/** What was typed, by view; null if nothing was. */
export interface Drafts {
  readonly account: AccountDraft | null
  readonly signIn: AccountDraft | null
  readonly server: ServerDraft | null
}

interface FormViewProps {
  readonly view: Exclude<View, 'home'>
  readonly state: WindowState
  readonly drafts: Drafts
  /** The account of the view `sign-in-again`. */
  readonly again: StoredAccount | null
  readonly onDrafts: (change: Partial<Drafts>) => void
  readonly onClose: () => void
  /** With what to clear. */
  readonly onAdded: (cleared: Partial<Drafts>) => void
}

export function FormView({ view, state, drafts, again, onDrafts, onClose, onAdded }: FormViewProps) {
  const { account, signIn, server } = drafts
  const { tryStep = null, signIn: prompt = null, openTry = null, problem = null } = state.manage ?? {}
  const resumes = (address: string | undefined, isAgain: boolean): boolean =>
    openTry?.again === isAgain && openTry.account.account === address
  return (
    <main>
      {view === 'add' && problem && <ErrorMessage error={problem} />}
      {view === 'add' && !problem && (
        <AddAccount
          managed={state.manage?.accounts ?? []}
          draft={account ?? EMPTY_ACCOUNT}
          tryStep={tryStep}
          prompt={prompt}
          resumes={resumes(account?.address, false)}
          onDraft={(draft) => onDrafts({ account: draft })}
          onDone={() => onAdded({ account: null })}
        />
      )}
      {view === 'sign-in-again' && again && (
        <SetUpAccount
          draft={signIn ?? toSignInAgain(again)}
          tryStep={tryStep}
          prompt={prompt}
          resumes={resumes(again.account, true)}
          onDraft={(draft) => onDrafts({ signIn: draft })}
          onDone={onClose}
        />
      )}
      {view === 'connect' && (
        <ConnectServer
          draft={server ?? EMPTY_SERVER}
          onDraft={(draft) => onDrafts({ server: draft })}
          onDone={() => onAdded({ server: null })}
        />
      )}
      {view === 'settings' && <Settings state={state} onDone={onClose} />}
    </main>
  )
}

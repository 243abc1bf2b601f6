import { needsUser } from '../../../common/model/account-errors.ts'
import type { ServerView, WindowState } from '../../../common/protocol/window-state.ts'
import type { Account } from '../../../common/protocol/wire.ts'

export interface AccountProps {
  readonly account: Account
  readonly server: ServerView
  readonly state: WindowState
}

/** What can be done about an account besides its messages: by what stores it. */
export function accountAbilities({ account, server, state }: AccountProps) {
  const { id, status, error } = account
  const isManaged = server.kind === 'local' && state.manage?.accounts.includes(id) === true
  return {
    isManaged,
    needsSignIn: isManaged && status === 'error' && needsUser(error),
    // A server elsewhere retries by itself.
    canRetry: isManaged && server.link.phase !== 'retrying' && status !== 'ok' && error !== undefined,
  }
}

/** What an error of an account means for its number. */
import type { Account, AccountError } from '../protocol/wire.ts'

/** It lasts until the user acts: the sign-in or the config was rejected. */
export const needsUser = (error: AccountError | undefined): boolean => error?.code === 'auth' || error?.code === 'config'

/** The status of an account that could not be counted: an earlier count stays, as outdated unless the user has to act. */
export const notCountedStatus = (error: AccountError | undefined, hasCount: boolean): Account['status'] =>
  needsUser(error) || !hasCount ? 'error' : 'stale'

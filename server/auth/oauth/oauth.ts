/** Access to accounts whose provider signs people in itself (OAuth 2). */
import { createAccessTokens } from './access.ts'
import { createSignIn } from './sign-in.ts'
import type { TokenStore } from './store.ts'

export type OAuth = ReturnType<typeof createOAuth>

/** @param signInCommand what a person does to sign in to an account */
export function createOAuth(store: TokenStore, signInCommand = (account: string): string => `mailbell login ${account}`) {
  const access = createAccessTokens(store, signInCommand)
  return { accessToken: access.get, watchSignIns: store.watchSignIns, ...createSignIn(store, access) }
}

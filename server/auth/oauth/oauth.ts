/** Access to accounts whose provider signs people in itself (OAuth 2). */
import { type AccessTokens, createAccessTokens } from './access.ts'
import { createSignIn, type SignIn } from './sign-in.ts'
import type { TokenStore } from './store.ts'

export interface OAuth extends SignIn, Pick<TokenStore, 'watchSignIns'> {
  readonly accessToken: AccessTokens['get']
}

/** @param signInCommand what a person does to sign in to an account */
export function createOAuth(store: TokenStore, signInCommand = (account: string): string => `mailbell login ${account}`): OAuth {
  const access = createAccessTokens(store, signInCommand)
  return { accessToken: access.get, watchSignIns: store.watchSignIns, ...createSignIn(store, access) }
}

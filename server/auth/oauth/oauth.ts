/** Access to accounts whose provider signs people in itself (OAuth 2). */
import { createAccessTokens } from './access.ts'
import type { createSignIn } from './sign-in.ts'
import type { TokenStore } from './store.ts'

type SignIn = ReturnType<typeof createSignIn>
export type OAuth = ReturnType<typeof createOAuth>

/** @param signInCommand what a person does to sign in to an account */
export function createOAuth(store: TokenStore, signInCommand = (account: string): string => `mailbell login ${account}`) {
  const access = createAccessTokens(store, signInCommand)
  /** Loaded at the first sign-in or sign-out. */
  const signIn = async (): Promise<SignIn> => (await import('./sign-in.ts')).createSignIn(store, access)
  return {
    accessToken: access.get,
    /** Stores the tokens of a sign-in. @throws OAuthError */
    store: access.store,
    watchSignIns: store.watchSignIns,
    /** Drops the tokens of an account that no longer signs in to its provider. */
    async forget(account: string): Promise<void> {
      if (store.has(account)) await store.exclusive(account, () => store.remove(account))
    },
    signInHere: async (...given: Parameters<SignIn['signInHere']>) => await (await signIn()).signInHere(...given),
    signInRemotely: async (...given: Parameters<SignIn['signInRemotely']>) => await (await signIn()).signInRemotely(...given),
    signInElsewhere: async (...given: Parameters<SignIn['signInElsewhere']>) => await (await signIn()).signInElsewhere(...given),
    signOut: async (...given: Parameters<SignIn['signOut']>) => await (await signIn()).signOut(...given),
  }
}

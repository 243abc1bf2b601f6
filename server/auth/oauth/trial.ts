/** A sign-in on trial: the account keeps the tokens that it has until the new ones have proved right. */
import { createDelegatedTokens } from './delegated-tokens.ts'
import { createOAuth, type OAuth } from './oauth.ts'

/** @param oauth where the tokens are stored in the end */
export function createTrial(oauth: OAuth) {
  const tokens = createDelegatedTokens(async () => undefined)
  return {
    /** Its tokens are in memory. */
    oauth: createOAuth(tokens),
    /** Stores what the sign-in has granted, if there was one. @throws OAuthError */
    async keep(account: string, clientId: string): Promise<void> {
      const granted = await tokens.read(account, clientId)
      if (granted) await oauth.store(granted)
    },
  }
}

/** For each test of a file: an authorization server, and a folder with the tokens that it grants to the account `me`. */
import { afterEach, beforeEach } from 'vitest'
import { createOAuth, type OAuth } from '../../../../server/auth/oauth/oauth.ts'
import { createTokenStore, type StoredTokens, type TokenStore } from '../../../../server/auth/oauth/store.ts'
import { temporaryFolder, type TemporaryFolder } from '../../../helpers/tmp.ts'
import { type AuthorizationServer, CLIENT, startAuthorizationServer } from '../../../helpers/web/oidc.ts'

/** A signal that never aborts. */
export const never = new AbortController().signal

interface Provider {
  readonly folder: TemporaryFolder
  readonly server: AuthorizationServer
  readonly store: TokenStore
  readonly oauth: OAuth
  readonly stored: () => Promise<StoredTokens | null>
  readonly replaceServer: (options: Parameters<typeof startAuthorizationServer>[0]) => Promise<void>
}

export function useProvider(): Provider {
  const provider = {
    stored: () => provider.store.read('me', CLIENT),
    async replaceServer(options) {
      await provider.server.stop()
      provider.server = await startAuthorizationServer(options)
    },
  } as { -readonly [Key in keyof Provider]: Provider[Key] }
  beforeEach(async () => {
    provider.folder = await temporaryFolder()
    provider.store = createTokenStore(provider.folder.path)
    provider.oauth = createOAuth(provider.store)
    provider.server = await startAuthorizationServer()
  })
  afterEach(async () => {
    await provider.server.stop()
    await provider.folder.remove()
  })
  return provider
}

import { createOAuth, type OAuth } from '../auth/oauth/oauth.ts'
import { createTokenStore } from '../auth/oauth/store.ts'
import { createNetwork, type Network } from '../net/network.ts'

/** What the sources of a process share. */
export interface SourceContext {
  readonly network: Network
  readonly oauth: OAuth
}

/** Of a headless process: proxies come from the environment, and tokens from the data directory. */
export const createSourceContext = (dataDir: string): SourceContext => ({
  network: createNetwork(),
  oauth: createOAuth(createTokenStore(dataDir)),
})

/**
 * Signs a person in: in a browser on this machine (authorization code with PKCE over a loopback redirect, RFC 8252), or on
 * another device (device grant, RFC 8628).
 */
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  initiateDeviceAuthorization,
  pollDeviceAuthorizationGrant,
  randomPKCECodeVerifier,
  randomState,
  tokenRevocation,
} from 'openid-client'
import { abortable } from '../../platform/abortable.ts'
import type { AccessTokens } from './access.ts'
import { clientOf, explainOAuth, hostOf } from './client.ts'
import type { OAuthConfig } from './config.ts'
import { OAuthError } from './errors.ts'
import { redirectHostOf } from './providers.ts'
import { listenForRedirect } from './redirect.ts'
import type { TokenStore } from './store.ts'

/** A person has to find a password, and perhaps a second factor. */
const PERSON_MS = 10 * 60_000

/** All methods throw an OAuthError. */
export function createSignIn(store: TokenStore, access: AccessTokens) {
  async function within(config: OAuthConfig, signal: AbortSignal, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const timeout = AbortSignal.timeout(PERSON_MS)
    try {
      await work(AbortSignal.any([signal, timeout]))
      await store.announceSignIn()
    } catch (error) {
      if (timeout.aborted) throw new OAuthError('auth', `The sign-in was not completed within ${PERSON_MS / 60_000} minutes; try again.`)
      throw explainOAuth(error, hostOf(config), 'sign in again')
    }
  }

  return {
    /** @param open opens the provider's URL in a browser on this machine */
    signInHere: (config: OAuthConfig, open: (url: string) => void | Promise<void>, caller: AbortSignal): Promise<void> =>
      within(config, caller, async (signal) => {
        const client = await clientOf(config, signal)
        const state = randomState()
        const verifier = randomPKCECodeVerifier()
        const redirect = await listenForRedirect(redirectHostOf(config), state)
        try {
          const url = buildAuthorizationUrl(client, {
            ...config.parameters,
            redirect_uri: redirect.uri,
            scope: config.scopes.join(' '),
            state,
            code_challenge: await calculatePKCECodeChallenge(verifier),
            code_challenge_method: 'S256',
            login_hint: config.account,
          })
          await open(url.href)
          const arrived = await abortable(redirect.arrived, signal)
          try {
            const checks = { expectedState: state, pkceCodeVerifier: verifier }
            await access.store(config, await authorizationCodeGrant(client, arrived.url, checks))
            arrived.show(true)
          } catch (error) {
            arrived.show(false)
            throw error
          }
        } finally {
          redirect.close()
        }
      }),

    /** @param show shows the person the URL to open, and the code to type there */
    signInElsewhere: (config: OAuthConfig, show: (url: string, code: string) => void, caller: AbortSignal): Promise<void> =>
      within(config, caller, async (signal) => {
        const client = await clientOf(config, signal)
        const device = await initiateDeviceAuthorization(client, { scope: config.scopes.join(' ') })
        show(device.verification_uri, device.user_code)
        await access.store(config, await pollDeviceAuthorizationGrant(client, device, undefined, { signal }))
      }),

    /** Forgets the tokens, and revokes them if the provider can; `forgotten` if it cannot, `none` if there were none. */
    async signOut(config: OAuthConfig, signal: AbortSignal): Promise<'revoked' | 'forgotten' | 'none'> {
      const { account, clientId } = config
      // Exclusive, because a refresh under way would write them again.
      const tokens = await store.exclusive(account, async () => {
        const stored = await store.read(account, clientId)
        await store.remove(account)
        return stored
      })
      if (!tokens) return 'none'
      try {
        const client = await clientOf(config, signal)
        if (client.serverMetadata().revocation_endpoint === undefined) return 'forgotten'
        await tokenRevocation(client, tokens.refreshToken ?? tokens.accessToken)
        return 'revoked'
      } catch (error) {
        throw explainOAuth(error, hostOf(config), 'revoke the access in the settings of your account there')
      }
    },
  }
}

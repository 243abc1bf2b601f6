/**
 * Signs a person in: in a browser (authorization code with PKCE over a loopback redirect, RFC 8252), or with a code on any
 * device (device grant, RFC 8628). A browser on another machine does not reach the redirect; the person brings its address.
 */
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  type Configuration,
  type DeviceAuthorizationResponse,
  initiateDeviceAuthorization,
  pollDeviceAuthorizationGrant,
  randomPKCECodeVerifier,
  randomState,
  type TokenEndpointResponse,
  tokenRevocation,
} from 'openid-client'
import { isSecureUrl } from '../../../common/model/hosts.ts'
import type { SignInPrompt } from '../../../common/protocol/discovery.ts'
import type { SourceErrorCode } from '../../../common/protocol/wire.ts'
import { abortable } from '../../platform/abortable.ts'
import { type AccessTokens, tokensOf } from './access.ts'
import { clientOf, explainOAuth, hostOf } from './client.ts'
import type { OAuthConfig } from './config.ts'
import { OAuthError } from './errors.ts'
import { redirectHostOf } from './providers.ts'
import { listenForRedirect } from './redirect.ts'
import type { TokenStore } from './store.ts'

/** A person has to find a password, and perhaps a second factor. */
const PERSON_MS = 10 * 60_000
const NOT_COMPLETED = `The sign-in was not completed within ${PERSON_MS / 60_000} minutes; try again.`

const SIGN_IN_AGAIN = 'sign in again'

/** Errors of a provider that grants this client no code, or knows no codes. */
const NO_CODES: ReadonlySet<SourceErrorCode> = new Set(['config', 'protocol'])

interface Device {
  readonly grant: DeviceAuthorizationResponse
  readonly url: string
  readonly code: string
}

async function beginDevice(client: Configuration, config: OAuthConfig): Promise<Device> {
  const grant = await initiateDeviceAuthorization(client, { scope: config.scopes.join(' ') })
  const url = URL.parse(grant.verification_uri)
  if (!url || !isSecureUrl(url)) throw new OAuthError('protocol', `${hostOf(config)} names no https address for its codes.`)
  return { grant, url: url.href, code: grant.user_code }
}

const promptOf = ({ url, code }: Device) => ({ kind: 'enter-code', url, code }) as const

/** The library notices the signal only at its next poll. */
const pollForGrant = (client: Configuration, { grant }: Device, signal: AbortSignal): Promise<TokenEndpointResponse> =>
  abortable(pollDeviceAuthorizationGrant(client, grant, undefined, { signal }), signal)

/** Null where the provider grants this client no code. */
async function beginDeviceIfGranted(client: Configuration, config: OAuthConfig): Promise<Device | null> {
  try {
    return await beginDevice(client, config)
  } catch (error) {
    if (NO_CODES.has(explainOAuth(error, hostOf(config), SIGN_IN_AGAIN).code)) return null
    throw error
  }
}

/** False for any other than the address at which the browser ended, for a second one, and after the end of the sign-in. */
export type TakeRedirectAddress = (address: string) => boolean
export type ShowSignIn = (prompt: SignInPrompt, take: TakeRedirectAddress | null) => void

/** @param work its signal aborts what is still under way when it ends */
async function within(config: OAuthConfig, signal: AbortSignal, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const timeout = AbortSignal.timeout(PERSON_MS)
  const ended = new AbortController()
  try {
    await work(AbortSignal.any([signal, timeout, ended.signal]))
  } catch (error) {
    if (signal.aborted) throw new OAuthError('auth', 'The sign-in was cancelled.', { end: 'cancelled' })
    if (timeout.aborted) throw new OAuthError('auth', NOT_COMPLETED, { end: 'sign-in-expired' })
    throw explainOAuth(error, hostOf(config), SIGN_IN_AGAIN)
  } finally {
    ended.abort()
  }
}

/** What a person opens; `take` takes the address at which the browser ends, and `arrived` resolves when that has come. */
type ShowUrl = (url: string, take: TakeRedirectAddress, arrived: Promise<unknown>) => void

/** All methods throw an OAuthError. */
export function createSignIn(store: TokenStore, access: AccessTokens) {
  /** Not once the sign-in has ended another way. */
  async function keep(config: OAuthConfig, response: TokenEndpointResponse, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    await access.store(tokensOf(config, response))
  }

  async function byRedirect(client: Configuration, config: OAuthConfig, show: ShowUrl, signal: AbortSignal): Promise<void> {
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
      show(url.href, (address) => !signal.aborted && redirect.take(address), redirect.arrived)
      const arrived = await abortable(redirect.arrived, signal)
      // Without a known issuer there is nothing to compare it with (RFC 9207, section 2.4).
      if (config.issuer === undefined && config.redirectIssuer === undefined) arrived.url.searchParams.delete('iss')
      try {
        const checks = { expectedState: state, pkceCodeVerifier: verifier }
        await keep(config, await authorizationCodeGrant(client, arrived.url, checks), signal)
        arrived.show(true)
      } catch (error) {
        arrived.show(false)
        throw error
      }
    } finally {
      redirect.close()
    }
  }

  async function byCode(client: Configuration, config: OAuthConfig, device: Device, signal: AbortSignal): Promise<void> {
    await keep(config, await pollForGrant(client, device, signal), signal)
  }

  /** Both ways at once; the sign-in in the browser goes on when the code has ended, unless the person declined. */
  async function byEither(
    client: Configuration,
    config: OAuthConfig,
    device: Device,
    show: ShowSignIn,
    signal: AbortSignal,
  ): Promise<void> {
    const { promise: signedIn, resolve, reject } = Promise.withResolvers<void>()
    const showBoth: ShowUrl = (signInUrl, take, arrived) => {
      show({ ...promptOf(device), signInUrl }, take)
      // An address that has come decides: the code may no longer store tokens, nor ask for another address.
      const decided = new AbortController()
      void arrived.then(() => decided.abort())
      const undecided = AbortSignal.any([signal, decided.signal])
      const onGrant = async (response: TokenEndpointResponse): Promise<void> => {
        await keep(config, response, undecided)
        resolve()
      }
      const onEnd = (error: unknown): void => {
        if (explainOAuth(error, hostOf(config), SIGN_IN_AGAIN).end === 'sign-in-denied') throw error
        if (!undecided.aborted) show({ kind: 'paste-address', url: signInUrl, codeHasEnded: true }, take)
      }
      pollForGrant(client, device, undecided)
        .then(onGrant, onEnd)
        .catch((error: unknown) => {
          if (!undecided.aborted) reject(error)
        })
    }
    await Promise.race([signedIn, byRedirect(client, config, showBoth, signal)])
  }

  return {
    /** @param show opens the provider's URL in a browser; `take` ends the wait if that is on another machine */
    signInHere: (config: OAuthConfig, show: ShowUrl, caller: AbortSignal): Promise<void> =>
      within(config, caller, async (signal) => byRedirect(await clientOf(config, signal), config, show, signal)),
    /** @param show shows the person the URL to open, and the code to type there */
    signInElsewhere: (config: OAuthConfig, show: (url: string, code: string) => void, caller: AbortSignal): Promise<void> =>
      within(config, caller, async (signal) => {
        const client = await clientOf(config, signal)
        const device = await beginDevice(client, config)
        show(device.url, device.code)
        await byCode(client, config, device, signal)
      }),
    /**
     * In a browser on another machine: with a code if the provider grants this client one, or with the address that the browser
     * shows. Where both are possible the person chooses, because an organization may block codes without telling the client.
     */
    signInRemotely: (config: OAuthConfig, show: ShowSignIn, caller: AbortSignal): Promise<void> =>
      within(config, caller, async (signal) => {
        const client = await clientOf(config, signal)
        const device = config.deviceEndpoint === undefined ? null : await beginDeviceIfGranted(client, config)
        if (!device) return await byRedirect(client, config, (url, take) => show({ kind: 'paste-address', url }, take), signal)
        if (client.serverMetadata().authorization_endpoint !== undefined) return await byEither(client, config, device, show, signal)
        show(promptOf(device), null)
        await byCode(client, config, device, signal)
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

/**
 * Signing a person in: in a browser on this machine (authorization code with PKCE over a loopback redirect, RFC 8252), or
 * on any other device (device grant, RFC 8628).
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
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
import type { OAuthConfig } from './config.ts'
import { OAuthError } from './errors.ts'
import { keep } from './access.ts'
import { clientOf, explainOAuth, placeOf } from './client.ts'
import { redirectHostOf } from './providers.ts'
import { donePage } from './page.ts'
import { tellSignedIn, tokenStoreOf } from './store.ts'

/** A person has to find a password, and perhaps a second factor. */
const PERSON_MS = 10 * 60_000
const AGAIN = 'sign in again'

/** What the person is to open, and what to type there. */
export interface DeviceCode {
  readonly url: string
  readonly code: string
}

/**
 * @param open shows the person this address of the provider, in a browser on this machine.
 * @throws OAuthError
 */
export async function signInHere(config: OAuthConfig, open: (url: string) => void | Promise<void>, signal: AbortSignal): Promise<void> {
  await within(config, signal, async (given) => {
    const client = await clientOf(config, given)
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
      const { url: answer, tell } = await abortable(redirect.arrived, given)
      try {
        await keep(config, await authorizationCodeGrant(client, answer, { expectedState: state, pkceCodeVerifier: verifier }))
        tell(true)
      } catch (error) {
        tell(false)
        throw error
      }
    } finally {
      redirect.close()
    }
  })
}

/**
 * @param show tells the person where to go and what to type there.
 * @throws OAuthError
 */
export async function signInElsewhere(config: OAuthConfig, show: (code: DeviceCode) => void, signal: AbortSignal): Promise<void> {
  await within(config, signal, async (given) => {
    const client = await clientOf(config, given)
    const device = await initiateDeviceAuthorization(client, { scope: config.scopes.join(' ') })
    show({ url: device.verification_uri, code: device.user_code })
    await keep(config, await pollDeviceAuthorizationGrant(client, device, undefined, { signal: given }))
  })
}

/**
 * Forgets the tokens, and takes them back where the provider can.
 * @returns `forgotten` where only that was possible, `nobody` where there were none
 */
export async function signOut(config: OAuthConfig, signal: AbortSignal): Promise<'revoked' | 'forgotten' | 'nobody'> {
  const { account, clientId } = config
  const store = tokenStoreOf(config.dataDir)
  // A renewal that is under way would write them anew.
  const kept = await store.alone(account, async () => {
    const before = await store.read(account, clientId)
    await store.remove(account)
    return before
  })
  if (!kept) return 'nobody'
  try {
    const client = await clientOf(config, signal)
    if (client.serverMetadata().revocation_endpoint === undefined) return 'forgotten'
    await tokenRevocation(client, kept.refreshToken ?? kept.accessToken)
    return 'revoked'
  } catch (error) {
    throw explainOAuth(error, placeOf(config), 'take the access back in the settings of your account there')
  }
}

async function within(config: OAuthConfig, signal: AbortSignal, work: (given: AbortSignal) => Promise<void>): Promise<void> {
  const time = AbortSignal.timeout(PERSON_MS)
  try {
    await work(AbortSignal.any([signal, time]))
    await tellSignedIn(config.dataDir)
  } catch (error) {
    if (time.aborted) throw new OAuthError('auth', `Nobody signed in within ${PERSON_MS / 60_000} minutes; try again.`)
    throw explainOAuth(error, placeOf(config), AGAIN)
  }
}

interface Redirect {
  readonly uri: string
  /** The whole address to which the browser was sent back, and what tells the person there how it went. */
  readonly arrived: Promise<{ readonly url: URL; tell(isDone: boolean): void }>
  close(): void
}

/** Waits for the one request that brings the code, with the state that nobody else knows. Any port will do (RFC 8252, section 7.3). */
async function listenForRedirect(host: string, state: string): Promise<Redirect> {
  const { promise: arrived, resolve } = Promise.withResolvers<Awaited<Redirect['arrived']>>()
  const server = createServer((request, response) => {
    const url = URL.parse(request.url ?? '', uri)
    const reply = (status: number, body: string): void => {
      response.writeHead(status, {
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
        'Referrer-Policy': 'no-referrer',
        'Cache-Control': 'no-store',
        Connection: 'close',
      })
      response.end(body)
    }
    if (url?.pathname !== '/' || url.searchParams.get('state') !== state) return reply(404, '')
    resolve({ url, tell: (isDone) => reply(200, donePage(request.headers['accept-language'], isDone)) })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const uri = `http://${host}:${(server.address() as AddressInfo).port}/`
  return {
    uri,
    arrived,
    close() {
      server.close()
      // The answer is short, and on its way.
      setTimeout(() => server.closeAllConnections(), 1_000).unref()
    },
  }
}

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
import { abortable } from '../abortable.ts'
import type { OAuthConfig } from '../config.ts'
import { SourceError } from '../sources/source.ts'
import { keep } from './access.ts'
import { clientOf, explainOAuth, placeOf } from './client.ts'
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
 * @throws SourceError
 */
export async function signInHere(config: OAuthConfig, open: (url: string) => void | Promise<void>, signal: AbortSignal): Promise<void> {
  await within(config, signal, async (given) => {
    const client = await clientOf(config, given)
    const state = randomState()
    const verifier = randomPKCECodeVerifier()
    const redirect = await listenForRedirect()
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
      const answer = await abortable(redirect.arrived, given)
      await keep(config, await authorizationCodeGrant(client, answer, { expectedState: state, pkceCodeVerifier: verifier }))
    } finally {
      redirect.close()
    }
  })
}

/**
 * @param show tells the person where to go and what to type there.
 * @throws SourceError
 */
export async function signInElsewhere(config: OAuthConfig, show: (code: DeviceCode) => void, signal: AbortSignal): Promise<void> {
  await within(config, signal, async (given) => {
    const client = await clientOf(config, given)
    const device = await initiateDeviceAuthorization(client, { scope: config.scopes.join(' ') })
    show({ url: device.verification_uri, code: device.user_code })
    await keep(config, await pollDeviceAuthorizationGrant(client, device, undefined, { signal: given }))
  })
}

/** Forgets the tokens, and takes them back where the provider can. @returns false where there were none */
export async function signOut(config: OAuthConfig, signal: AbortSignal): Promise<boolean> {
  const store = tokenStoreOf(config.dataDir)
  const kept = await store.read(config.account, config.clientId)
  await store.remove(config.account)
  if (!kept) return false
  try {
    const client = await clientOf(config, signal)
    if (client.serverMetadata().revocation_endpoint !== undefined) await tokenRevocation(client, kept.refreshToken ?? kept.accessToken)
    return true
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
    if (time.aborted) throw new SourceError('auth', `Nobody signed in within ${PERSON_MS / 60_000} minutes; try again.`)
    throw explainOAuth(error, placeOf(config), AGAIN)
  }
}

interface Redirect {
  readonly uri: string
  /** The whole address to which the browser was sent back. */
  readonly arrived: Promise<URL>
  close(): void
}

/** Waits for the one request that brings the code. Any port will do (RFC 8252, section 7.3). */
async function listenForRedirect(): Promise<Redirect> {
  const { promise: arrived, resolve } = Promise.withResolvers<URL>()
  const server = createServer((request, response) => {
    const url = URL.parse(request.url ?? '', uri)
    const isAnswer = url !== null && url.pathname === '/' && (url.searchParams.has('code') || url.searchParams.has('error'))
    response.writeHead(isAnswer ? 200 : 404, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-store',
      Connection: 'close',
    })
    response.end(isAnswer ? donePage(request.headers['accept-language'], !url.searchParams.has('error')) : '')
    if (isAnswer) resolve(url)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
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

/** The client that openid-client needs, and its errors as text. */
import {
  allowInsecureRequests,
  AuthorizationResponseError,
  ClientError,
  Configuration,
  customFetch,
  discovery,
  None,
  refreshTokenGrant,
  ResponseBodyError,
} from 'openid-client'
import type { SignInEnd } from '../../../common/protocol/discovery.ts'
import { isLoopback } from '../../../common/model/hosts.ts'
import { networkError } from '../../net/errors.ts'
import { abortable } from '../../platform/abortable.ts'
import { errorTextOf } from '../../../common/errors.ts'
import { readable } from '../../platform/text.ts'
import type { Secret } from '../secret.ts'
import type { OAuthConfig } from './config.ts'
import { OAuthError } from './errors.ts'

export { refreshTokenGrant }

/** For each request to the provider. */
const TIMEOUT_SECONDS = 20

/** @throws OAuthError */
export async function clientOf(config: OAuthConfig, signal: AbortSignal): Promise<Configuration> {
  const { clientId, clientSecret, issuer, redirectIssuer, authorizationEndpoint, tokenEndpoint, deviceEndpoint, revocationEndpoint } =
    config
  const secret = clientSecret && (await readClientSecret(clientSecret, signal))
  const authentication = secret === undefined ? None() : undefined
  const options = { timeout: TIMEOUT_SECONDS, [customFetch]: fetchUntil(signal) }
  if (issuer !== undefined) {
    const execute = isLoopback(new URL(issuer).hostname) ? [allowInsecureRequests] : []
    return await discovery(new URL(issuer), clientId, secret, authentication, { ...options, execute })
  }
  const server = {
    issuer: redirectIssuer ?? new URL(tokenEndpoint ?? '').origin,
    ...(authorizationEndpoint !== undefined && { authorization_endpoint: authorizationEndpoint }),
    ...(tokenEndpoint !== undefined && { token_endpoint: tokenEndpoint }),
    ...(deviceEndpoint !== undefined && { device_authorization_endpoint: deviceEndpoint }),
    ...(revocationEndpoint !== undefined && { revocation_endpoint: revocationEndpoint }),
  }
  const client = Object.assign(new Configuration(server, clientId, secret, authentication), options)
  if (isLoopback(new URL(tokenEndpoint ?? '').hostname)) allowInsecureRequests(client)
  return client
}

async function readClientSecret(secret: Secret, signal: AbortSignal): Promise<string> {
  try {
    return await abortable(secret.read(), signal)
  } catch (error) {
    signal.throwIfAborted()
    throw new OAuthError('config', errorTextOf(error), { cause: error })
  }
}

/** A request ends with the library's own timeout, or with `signal`. */
const fetchUntil =
  (signal: AbortSignal): NonNullable<Configuration[typeof customFetch]> =>
  (url, options) =>
    fetch(url, { ...options, signal: options.signal ? AbortSignal.any([options.signal, signal]) : signal } as RequestInit)

/**
 * Only a person can help: the grant is gone, or was never given (RFC 6749, section 5.2; RFC 8628, section 3.5). Microsoft has
 * names of its own for a code on another device.
 */
const GRANT_ERRORS = new Map<string, SignInEnd>([
  ['access_denied', 'sign-in-denied'],
  ['authorization_declined', 'sign-in-denied'],
  ['invalid_grant', 'sign-in-expired'],
  ['expired_token', 'sign-in-expired'],
  ['bad_verification_code', 'sign-in-expired'],
  ['interaction_required', 'sign-in-expired'],
])
const TEMPORARY_ERRORS = new Set(['temporarily_unavailable', 'server_error', 'slow_down'])

/** @param action what a person does if only a person can help: "sign in again: mailbell login ACCOUNT". */
export function explainOAuth(error: unknown, host: string, action: string): OAuthError {
  if (error instanceof OAuthError) return error
  // None of these has a cause: it holds the request, and with it tokens.
  if (error instanceof ResponseBodyError || error instanceof AuthorizationResponseError) {
    const text = error.error_description === undefined ? '' : ` It says: ${readable(error.error_description).slice(0, 300)}`
    const code = readable(error.error).slice(0, 100)
    const end = GRANT_ERRORS.get(code)
    if (end) {
      const grants = end === 'sign-in-denied' ? 'granted no access' : 'no longer grants access'
      return new OAuthError('auth', `${host} ${grants} (${code}); ${action}.${text}`, { end })
    }
    if (TEMPORARY_ERRORS.has(code)) return new OAuthError('network', `${host} failed (${code}); retrying.${text}`)
    return new OAuthError('config', `${host} rejected the request (${code}); check clientId, clientSecret and scopes.${text}`)
  }
  const status = error instanceof ClientError && error.cause instanceof Response ? error.cause.status : 0
  if (status >= 500 || status === 429) return new OAuthError(status === 429 ? 'rate' : 'network', `${host} failed (${status}); retrying.`)
  if (status > 0) return new OAuthError('protocol', `${host} responded with ${status}, which is not OAuth 2; check its endpoints.`)
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const explained = 'code' in cause ? networkError(host, String(cause.code)) : null
    if (explained) return new OAuthError(explained.code, explained.message)
    if (cause.name === 'TimeoutError') return new OAuthError('network', `${host} did not respond within ${TIMEOUT_SECONDS} s; retrying.`)
  }
  if (error instanceof TypeError && error.message === 'fetch failed')
    return new OAuthError('network', `${host} is not reachable; check the network.`)
  return new OAuthError('protocol', `${host} does not respond as OAuth 2 requires; check its endpoints.`)
}

/** Names a provider in messages. */
export const hostOf = ({ issuer, tokenEndpoint }: OAuthConfig): string =>
  new URL(issuer ?? tokenEndpoint ?? 'https://provider.invalid').host

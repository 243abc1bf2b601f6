/** What openid-client needs of a provider, and what goes wrong with it in words. */
import {
  allowInsecureRequests,
  AuthorizationResponseError,
  ClientError,
  Configuration,
  customFetch,
  discovery,
  None,
  ResponseBodyError,
} from 'openid-client'
import type { OAuthConfig } from './config.ts'
import { isLoopback } from '../../../common/model/hosts.ts'
import { networkError } from '../../net/errors.ts'
import { abortable } from '../../platform/abortable.ts'
import type { Secret } from '../secret.ts'
import { OAuthError } from './errors.ts'
import { readable } from '../../platform/text.ts'

/** For each question to the provider. */
const ANSWER_SECONDS = 20

/** @throws OAuthError */
export async function clientOf(config: OAuthConfig, signal: AbortSignal): Promise<Configuration> {
  const { clientId, clientSecret, issuer, authorizationEndpoint, tokenEndpoint, deviceEndpoint, revocationEndpoint } = config
  const secret = clientSecret && (await readClientSecret(clientSecret, signal))
  const options = { timeout: ANSWER_SECONDS, [customFetch]: fetchUntil(signal) }
  if (issuer !== undefined) {
    const isLocal = isLoopback(new URL(issuer).hostname)
    const execute = isLocal ? [allowInsecureRequests] : []
    return await discovery(new URL(issuer), clientId, secret, secret === undefined ? None() : undefined, { ...options, execute })
  }
  const server = {
    issuer: new URL(tokenEndpoint ?? '').origin,
    ...(authorizationEndpoint !== undefined && { authorization_endpoint: authorizationEndpoint }),
    ...(tokenEndpoint !== undefined && { token_endpoint: tokenEndpoint }),
    ...(deviceEndpoint !== undefined && { device_authorization_endpoint: deviceEndpoint }),
    ...(revocationEndpoint !== undefined && { revocation_endpoint: revocationEndpoint }),
  }
  const client = new Configuration(server, clientId, secret, secret === undefined ? None() : undefined)
  client.timeout = options.timeout
  client[customFetch] = options[customFetch]
  if (isLoopback(new URL(server.issuer).hostname)) allowInsecureRequests(client)
  return client
}

async function readClientSecret(secret: Secret, signal: AbortSignal): Promise<string> {
  try {
    return await abortable(secret.read(), signal)
  } catch (error) {
    signal.throwIfAborted()
    throw new OAuthError('config', error instanceof Error ? error.message : String(error), { cause: error })
  }
}

/** The library's own time is not all that may end a question. */
const fetchUntil =
  (signal: AbortSignal): NonNullable<Configuration[typeof customFetch]> =>
  (url, options) =>
    fetch(url, { ...options, signal: options.signal ? AbortSignal.any([options.signal, signal]) : signal } as RequestInit)

/** @param action what the person is to do, where only a person can mend it: "sign in again: mailbell login ACCOUNT". */
export function explainOAuth(error: unknown, place: string, action: string): OAuthError {
  if (error instanceof OAuthError) return error
  // No cause in any of these: what was sent is in it, and so are tokens.
  if (error instanceof ResponseBodyError || error instanceof AuthorizationResponseError) {
    const said = error.error_description === undefined ? '' : ` It says: ${readable(error.error_description).slice(0, 300)}`
    const code = readable(error.error).slice(0, 100)
    if (code === 'invalid_grant' || code === 'access_denied' || code === 'expired_token' || code === 'interaction_required')
      return new OAuthError('auth', `${place} gives no access any more (${code}); ${action}.${said}`)
    if (code === 'temporarily_unavailable' || code === 'server_error' || code === 'slow_down')
      return new OAuthError('network', `${place} fails (${code}); it is asked again.${said}`)
    return new OAuthError('config', `${place} refuses (${code}); check clientId, clientSecret and scopes.${said}`)
  }
  const status = error instanceof ClientError && error.cause instanceof Response ? error.cause.status : 0
  if (status >= 500 || status === 429)
    return new OAuthError(status === 429 ? 'rate' : 'network', `${place} fails (${status}); it is asked again.`)
  if (status > 0) return new OAuthError('protocol', `${place} answers ${status}, not as OAuth 2 has it; check its endpoints.`)
  for (let inner: unknown = error; inner instanceof Error; inner = inner.cause) {
    const fault = 'code' in inner ? networkError(place, String(inner.code)) : null
    if (fault) return new OAuthError(fault.code, fault.message)
    if (inner.name === 'TimeoutError')
      return new OAuthError('network', `${place} has not answered within ${ANSWER_SECONDS} s; it is asked again.`)
  }
  if (error instanceof TypeError && error.message === 'fetch failed')
    return new OAuthError('network', `${place} could not be asked; check the network.`)
  return new OAuthError('protocol', `${place} answers not as OAuth 2 has it; check its endpoints.`)
}

/** Names a provider in messages. */
export const placeOf = ({ issuer, tokenEndpoint }: OAuthConfig): string =>
  new URL(issuer ?? tokenEndpoint ?? 'https://provider.invalid').host

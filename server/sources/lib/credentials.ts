/** Secrets that a source reads when it needs them, and the credentials of an account. */
import { OAuthError } from '../../auth/oauth/errors.ts'
import type { OAuth } from '../../auth/oauth/oauth.ts'
import { COMMAND_TIMEOUT_MS, Secret } from '../../auth/secret.ts'
import { abortable } from '../../platform/abortable.ts'
import { errorTextOf } from '../../../common/errors.ts'
import type { MailServerConfig } from './config/mail-server.ts'
import { SourceError } from '../source.ts'

/** Milliseconds that reading a secret takes at most: it may come from a command. */
export const SECRET_MS = COMMAND_TIMEOUT_MS

/**
 * A secret may come from a slow command; an aborted signal ends the wait.
 * @throws SourceError `config` that names where the secret should come from; the signal's reason once it is aborted
 */
export async function readSecret(secret: Secret, signal: AbortSignal): Promise<string> {
  try {
    return await abortable(secret.read(), signal)
  } catch (error) {
    signal.throwIfAborted()
    throw new SourceError(error instanceof OAuthError ? error.code : 'config', errorTextOf(error), { cause: error })
  }
}

export async function readSecrets(
  secrets: Readonly<Record<string, Secret>>,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const read = Object.entries(secrets).map(async ([name, secret]) => [name, await readSecret(secret, signal)] as const)
  return Object.fromEntries(await Promise.all(read))
}

export interface Credentials {
  readonly auth: { readonly pass: string } | { readonly accessToken: string }
  /** The text that must appear in no message or log. */
  readonly secret: string
  /** A new token is available where the server refuses this one before its end. */
  readonly isRenewable: boolean
}

/**
 * @param refused an access token that the server has just refused
 * @throws SourceError
 */
async function readCredentials(
  { name, password, accessToken }: MailServerConfig,
  oauth: OAuth,
  signal: AbortSignal,
  refused?: string,
): Promise<Credentials> {
  try {
    if (accessToken && !(accessToken instanceof Secret)) {
      const token = await oauth.accessToken(accessToken, signal, refused)
      return { auth: { accessToken: token }, secret: token, isRenewable: true }
    }
    const source = accessToken ?? password
    if (!source) throw new SourceError('config', `${name} has neither a password nor a token; add one of them.`)
    const secret = await readSecret(source, signal)
    return { auth: accessToken ? { accessToken: secret } : { pass: secret }, secret, isRenewable: false }
  } catch (error) {
    if (signal.aborted) throw new SourceError('network', `${name} was closed.`)
    if (error instanceof OAuthError) throw new SourceError(error.code, error.message, { cause: error })
    throw error instanceof SourceError ? error : new SourceError('config', errorTextOf(error), { cause: error })
  }
}

/**
 * Connects with an account's credentials; once more with a renewed access token where the server refuses a token before
 * its end. A refused password is not sent again.
 * @throws SourceError
 */
export async function withCredentials<T>(
  config: MailServerConfig,
  oauth: OAuth,
  signal: AbortSignal,
  connect: (credentials: Credentials) => Promise<T>,
): Promise<T> {
  const credentials = await readCredentials(config, oauth, signal)
  try {
    return await connect(credentials)
  } catch (error) {
    if (!credentials.isRenewable || !(error instanceof SourceError && error.code === 'auth')) throw error
    return await connect(await readCredentials(config, oauth, signal, credentials.secret))
  }
}

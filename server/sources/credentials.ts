/** What an account shows at its login: a password, or an access token (OAuth 2). */
import type { ImapSourceConfig } from './imap/config.ts'
import { accessTokenOf } from '../auth/oauth/access.ts'
import { Secret } from '../auth/secret.ts'
import { readSecret } from './secrets.ts'
import { SourceError } from './source.ts'

type SignIn = Pick<ImapSourceConfig, 'name' | 'password' | 'accessToken'>

export interface Credentials {
  readonly auth: { readonly pass: string } | { readonly accessToken: string }
  /** What must not be told, wherever it turns up. */
  readonly secret: string
  /** May be renewed, where the server refuses it although it seemed good. */
  readonly isRenewable: boolean
}

/**
 * A secret may come from a slow command, which nobody waits for once the attempt is over.
 * @param refused an access token that the server has just refused.
 * @throws SourceError
 */
export async function credentialsOf(config: SignIn, signal: AbortSignal, refused?: string): Promise<Credentials> {
  const { password, accessToken } = config
  const isRenewable = accessToken !== null && !(accessToken instanceof Secret)
  try {
    if (isRenewable) {
      const token = await accessTokenOf(accessToken, signal, refused)
      return { auth: { accessToken: token }, secret: token, isRenewable }
    }
    const place = accessToken ?? password
    if (!place) throw new SourceError('config', `${config.name} has neither a password nor a token; give it one of them.`)
    const secret = await readSecret(place, signal)
    return { auth: accessToken ? { accessToken: secret } : { pass: secret }, secret, isRenewable }
  } catch (error) {
    if (signal.aborted) throw new SourceError('network', `${config.name} was closed.`)
    if (error instanceof SourceError) throw error
    throw new SourceError('config', error instanceof Error ? error.message : String(error), { cause: error })
  }
}

/** Access tokens that are good for a while: refreshed ahead of their end, one refresh at a time for each account. */
import { refreshTokenGrant, type TokenEndpointResponse } from 'openid-client'
import { abortable } from '../../platform/abortable.ts'
import type { OAuthConfig } from './config.ts'
import { OAuthError } from './errors.ts'
import { clientOf, explainOAuth, placeOf } from './client.ts'
import { type StoredTokens, signInAdvice, tokenStoreOf } from './store.ts'

/** A token that ends sooner than this is taken for ended: a login takes a while, and clocks differ. */
const AHEAD_MS = 60_000
/** A refresh that nobody waits for any more goes on: its answer may be the only copy of a rotated token. */
const REFRESH_MS = 60_000

/** Refreshes that are under way, by account: several connections of one share it. */
const underWay = new Map<string, Promise<string>>()
/** What could not be kept yet: it is all that is left of the access, for the provider takes what came before no more. */
const unkept = new Map<string, StoredTokens>()

/** What a person does about it. */
const signIn = ({ account }: OAuthConfig): string => `sign in again: ${signInAdvice(account)}`

const keyOf = ({ dataDir, account, clientId }: OAuthConfig): string => JSON.stringify([dataDir, account, clientId])

const isGood = ({ accessToken, expiresAtMs }: StoredTokens, refused: string | undefined): boolean =>
  accessToken !== refused && (expiresAtMs === undefined || expiresAtMs - AHEAD_MS > Date.now())

/**
 * An access token of the account.
 * @param refused one that the mail server has refused just now, though it seemed good.
 * @throws OAuthError `auth` where only a person can mend it
 */
export async function accessTokenOf(config: OAuthConfig, signal: AbortSignal, refused?: string): Promise<string> {
  const kept = await read(config)
  if (isGood(kept, refused)) return kept.accessToken
  const key = keyOf(config)
  let refresh = underWay.get(key)
  if (!refresh) {
    refresh = refreshed(config, refused).finally(() => underWay.delete(key))
    underWay.set(key, refresh)
  }
  return await abortable(refresh, signal)
}

/** @throws OAuthError `auth` where there are none */
async function read(config: OAuthConfig): Promise<StoredTokens> {
  const { account, clientId, dataDir } = config
  const waiting = unkept.get(keyOf(config))
  if (waiting) await write(config, waiting)
  const kept = waiting ?? (await tokenStoreOf(dataDir).read(account, clientId))
  if (!kept) throw new OAuthError('auth', `Nobody has signed in as ${account} yet; do so: ${signInAdvice(account)}.`)
  return kept
}

/** What can't be kept is tried again at the next need of it. */
async function write(config: OAuthConfig, tokens: StoredTokens): Promise<void> {
  try {
    await tokenStoreOf(config.dataDir).write(tokens)
    unkept.delete(keyOf(config))
  } catch {
    unkept.set(keyOf(config), tokens)
  }
}

async function refreshed(config: OAuthConfig, refused: string | undefined): Promise<string> {
  const { account, dataDir } = config
  return await tokenStoreOf(dataDir).alone(account, async () => {
    // Another process may have renewed it meanwhile, and a refresh token that is used twice ends the access.
    const kept = await read(config)
    if (isGood(kept, refused)) return kept.accessToken
    const { refreshToken } = kept
    if (refreshToken === undefined)
      throw new OAuthError('auth', `${placeOf(config)} gave no way to renew the access of ${account}; ${signIn(config)}.`)
    try {
      const client = await clientOf(config, AbortSignal.timeout(REFRESH_MS))
      const tokens = tokensOf(config, await refreshTokenGrant(client, refreshToken), refreshToken)
      await write(config, tokens)
      return tokens.accessToken
    } catch (error) {
      throw explainOAuth(error, placeOf(config), signIn(config))
    }
  })
}

/** @param before the refresh token that stays where the provider gives no other (RFC 6749, section 6). */
function tokensOf({ account, clientId }: OAuthConfig, answer: TokenEndpointResponse, before?: string): StoredTokens {
  const { access_token: accessToken, refresh_token: refreshToken = before, expires_in: seconds } = answer
  return {
    account,
    clientId,
    accessToken,
    ...(refreshToken !== undefined && { refreshToken }),
    ...(seconds !== undefined && { expiresAtMs: Date.now() + seconds * 1000 }),
  }
}

/** Keeps what the provider gave when somebody signed in. @throws OAuthError where that is not possible */
export async function keep(config: OAuthConfig, answer: TokenEndpointResponse): Promise<void> {
  try {
    await tokenStoreOf(config.dataDir).write(tokensOf(config, answer))
    unkept.delete(keyOf(config))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
    throw new OAuthError('config', `The sign-in can't be kept${code}; see whether the data directory can be written, and sign in again.`, {
      cause: error,
    })
  }
}

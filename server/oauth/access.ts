/** Access tokens that are good for a while: refreshed ahead of their end, one refresh at a time for each account. */
import { refreshTokenGrant, type TokenEndpointResponse } from 'openid-client'
import { abortable } from '../abortable.ts'
import type { OAuthConfig } from '../config.ts'
import { SourceError } from '../sources/source.ts'
import { clientOf, explainOAuth, placeOf } from './client.ts'
import { type KeptTokens, signInAdvice, tokenStoreOf } from './store.ts'

/** A token that ends sooner than this is taken for ended: a login takes a while, and clocks differ. */
const AHEAD_MS = 60_000
/** A refresh that nobody waits for any more goes on: its answer may be the only copy of a rotated token. */
const REFRESH_MS = 60_000

/** Refreshes that are under way, by account: several connections of one share it. */
const underWay = new Map<string, Promise<string>>()

/** What a person does about it. */
const signIn = ({ account }: OAuthConfig): string => `sign in again: ${signInAdvice(account)}`

/**
 * An access token of the account.
 * @param refused one that the mail server has refused just now, though it seemed good.
 * @throws SourceError `auth` where only a person can mend it
 */
export async function accessTokenOf(config: OAuthConfig, signal: AbortSignal, refused?: string): Promise<string> {
  const kept = await tokenStoreOf(config.dataDir).read(config.account, config.clientId)
  if (!kept) throw new SourceError('auth', `Nobody has signed in as ${config.account} yet; do so: ${signInAdvice(config.account)}.`)
  const isGood = kept.accessToken !== refused && (kept.expiresAtMs === undefined || kept.expiresAtMs - AHEAD_MS > Date.now())
  if (isGood) return kept.accessToken
  const key = JSON.stringify([config.dataDir, config.account, config.clientId])
  let refresh = underWay.get(key)
  if (!refresh) {
    refresh = refreshed(config, kept).finally(() => underWay.delete(key))
    underWay.set(key, refresh)
  }
  return await abortable(refresh, signal)
}

async function refreshed(config: OAuthConfig, kept: KeptTokens): Promise<string> {
  const { refreshToken } = kept
  if (refreshToken === undefined)
    throw new SourceError('auth', `${placeOf(config)} gave no way to renew the access of ${config.account}; ${signIn(config)}.`)
  try {
    const client = await clientOf(config, AbortSignal.timeout(REFRESH_MS))
    return await keep(config, await refreshTokenGrant(client, refreshToken), refreshToken)
  } catch (error) {
    throw explainOAuth(error, placeOf(config), signIn(config))
  }
}

/**
 * Keeps what the provider gave, before anybody uses it: a rotated refresh token that is lost locks the person out.
 * @param before the refresh token that stays where the provider gives no other (RFC 6749, section 6).
 */
export async function keep(config: OAuthConfig, answer: TokenEndpointResponse, before?: string): Promise<string> {
  const { access_token: accessToken, refresh_token: refreshToken = before, expires_in: seconds } = answer
  const { account, clientId, dataDir } = config
  await tokenStoreOf(dataDir).write({
    account,
    clientId,
    accessToken,
    ...(refreshToken !== undefined && { refreshToken }),
    ...(seconds !== undefined && { expiresAtMs: Date.now() + seconds * 1000 }),
  })
  return accessToken
}

/** Access tokens, refreshed before they expire: one refresh at a time for each account. */
import type { TokenEndpointResponse } from 'openid-client'
import { errorCodeOf } from '../../../common/errors.ts'
import { abortable } from '../../platform/abortable.ts'
import type { OAuthConfig } from './config.ts'
import { OAuthError } from './errors.ts'
import type { StoredTokens, TokenStore } from './store.ts'

/** A token that expires sooner counts as expired: a login takes a while, and clocks differ. */
const AHEAD_MS = 60_000
/** A refresh continues although its caller has given up: the response may be the only copy of a rotated token. */
const REFRESH_MS = 60_000

export type AccessTokens = ReturnType<typeof createAccessTokens>

const isValid = ({ accessToken, expiresAtMs }: StoredTokens, rejected: string | undefined): boolean =>
  accessToken !== rejected && (expiresAtMs === undefined || expiresAtMs - AHEAD_MS > Date.now())

const keyOf = ({ account, clientId }: Pick<StoredTokens, 'account' | 'clientId'>): string => JSON.stringify([account, clientId])

export function createAccessTokens(store: TokenStore, signInCommand: (account: string) => string) {
  /** Refreshes under way, which several connections of an account share. */
  const refreshes = new Map<string, Promise<string>>()
  /** Tokens that could not be stored. They are the only access left, since the provider no longer accepts older ones. */
  const unstored = new Map<string, StoredTokens>()

  const advice = ({ account }: OAuthConfig): string => `sign in again: ${signInCommand(account)}`

  /** @throws OAuthError `auth` if there are none */
  async function read(config: OAuthConfig): Promise<StoredTokens> {
    const { account, clientId } = config
    const pending = unstored.get(keyOf(config))
    if (pending) await write(config, pending)
    const stored = pending ?? (await store.read(account, clientId))
    if (!stored) throw new OAuthError('auth', `Not signed in as ${account} yet; to sign in: ${signInCommand(account)}.`)
    return stored
  }

  /** Tokens that cannot be stored are stored again at the next use. */
  async function write(config: OAuthConfig, tokens: StoredTokens): Promise<void> {
    try {
      await store.write(tokens)
      unstored.delete(keyOf(config))
    } catch {
      unstored.set(keyOf(config), tokens)
    }
  }

  const refresh = (config: OAuthConfig, rejected: string | undefined): Promise<string> =>
    store.exclusive(config.account, async () => {
      // Another process may have refreshed it meanwhile, and a refresh token that is used twice ends the access.
      const stored = await read(config)
      if (isValid(stored, rejected)) return stored.accessToken
      const { clientOf, explainOAuth, hostOf, refreshTokenGrant } = await import('./client.ts')
      const { refreshToken } = stored
      if (refreshToken === undefined)
        throw new OAuthError('auth', `${hostOf(config)} granted no refresh token for ${config.account}; ${advice(config)}.`)
      try {
        const client = await clientOf(config, AbortSignal.timeout(REFRESH_MS))
        const tokens = tokensOf(config, await refreshTokenGrant(client, refreshToken), refreshToken)
        await write(config, tokens)
        return tokens.accessToken
      } catch (error) {
        throw explainOAuth(error, hostOf(config), advice(config))
      }
    })

  return {
    /**
     * @param rejected one that the mail server has just rejected, although it seemed valid
     * @throws OAuthError `auth` if only a person can help
     */
    async get(config: OAuthConfig, signal: AbortSignal, rejected?: string): Promise<string> {
      const stored = await read(config)
      if (isValid(stored, rejected)) return stored.accessToken
      const key = keyOf(config)
      const underWay = refreshes.get(key) ?? refresh(config, rejected).finally(() => refreshes.delete(key))
      refreshes.set(key, underWay)
      return await abortable(underWay, signal)
    },
    /**
     * Stores the tokens of a sign-in, and notifies those who wait for one. Exclusive, because a refresh under way would write
     * older ones over them.
     * @throws OAuthError `config`
     */
    async store(tokens: StoredTokens): Promise<void> {
      try {
        await store.exclusive(tokens.account, async () => {
          await store.write(tokens)
          unstored.delete(keyOf(tokens))
        })
        await store.announceSignIn()
      } catch (error) {
        const text = `The sign-in cannot be stored (${errorCodeOf(error)}); check that the data directory is writable, and sign in again.`
        throw new OAuthError('config', text, { cause: error })
      }
    },
  }
}

/** @param previous the refresh token that stays valid if the provider grants no other (RFC 6749, section 6). */
export function tokensOf({ account, clientId }: OAuthConfig, response: TokenEndpointResponse, previous?: string): StoredTokens {
  const { access_token: accessToken, refresh_token: refreshToken = previous, expires_in: seconds } = response
  return {
    account,
    clientId,
    accessToken,
    ...(refreshToken !== undefined && { refreshToken }),
    ...(seconds !== undefined && { expiresAtMs: Date.now() + seconds * 1000 }),
  }
}

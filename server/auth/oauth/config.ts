import type { Secret } from '../secret.ts'

/** How access tokens are had (OAuth 2): from a provider, by a client that somebody has registered there. */
export interface OAuthConfig {
  /** Whose tokens; they are kept under this name. */
  readonly account: string
  /** Its metadata are found there (RFC 8414); undefined where the endpoints are named. */
  readonly issuer: string | undefined
  readonly authorizationEndpoint: string | undefined
  readonly tokenEndpoint: string | undefined
  readonly deviceEndpoint: string | undefined
  readonly revocationEndpoint: string | undefined
  readonly clientId: string
  readonly clientSecret: Secret | undefined
  readonly scopes: readonly string[]
  /** What the provider wants to be asked with besides, so that it gives a refresh token. */
  readonly parameters: Readonly<Record<string, string>>
  /** Where the tokens are kept. */
  readonly dataDir: string
}

import type { Secret } from '../secret.ts'

/** How to get access tokens (OAuth 2): from a provider, as a client that is registered there. */
export interface OAuthConfig {
  /** Tokens are stored under this name. */
  readonly account: string
  /** The provider's metadata are found there (RFC 8414); undefined if the endpoints are configured. */
  readonly issuer: string | undefined
  /** What a redirect may name as its issuer (`iss`, RFC 9207) if the endpoints are configured; undefined if that is not known. */
  readonly redirectIssuer: string | undefined
  readonly authorizationEndpoint: string | undefined
  readonly tokenEndpoint: string | undefined
  readonly deviceEndpoint: string | undefined
  readonly revocationEndpoint: string | undefined
  readonly clientId: string
  readonly clientSecret: Secret | undefined
  readonly scopes: readonly string[]
  /** Additional parameters that make the provider grant a refresh token. */
  readonly parameters: Readonly<Record<string, string>>
}

import type { Secret } from '../../auth/secret.ts'

export interface HttpSourceConfig {
  readonly type: 'http'
  readonly name: string
  /** A secret, because it may contain one. */
  readonly url: Secret
  /** The place of the count in the response (RFC 6901). */
  readonly pointer: string
  /** Undefined where the response names the account of each count. */
  readonly account: string | undefined
  readonly headers: Readonly<Record<string, Secret>>
  /** Milliseconds between two requests. */
  readonly intervalMs: number
  /** Milliseconds for request and response. */
  readonly timeoutMs: number
  /** PEM of certificate authorities that are trusted besides the system's. */
  readonly ca: string | undefined
  /** Allows plain HTTP to other machines. */
  readonly allowInsecure: boolean
}

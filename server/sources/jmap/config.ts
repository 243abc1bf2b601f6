import type { Secret } from '../../auth/secret.ts'

export interface JmapSourceConfig {
  readonly type: 'jmap'
  readonly name: string
  readonly account: string
  /** The session resource, or its host alone where the well-known path leads there. */
  readonly url: string
  readonly login: { readonly user: string; readonly password: Secret } | { readonly token: Secret }
  /** As for imap; `/` separates the names of a path. */
  readonly folders: readonly string[]
  /** Counts unread emails, or conversations with an unread email. */
  readonly count: 'emails' | 'threads'
  /** Milliseconds between two polls where the server pushes nothing. */
  readonly intervalMs: number
  /** PEM of certificate authorities that are trusted besides the system's. */
  readonly ca: string | undefined
  /** SHA-256 of the only accepted certificate, as 64 lower-case hexadecimal digits. */
  readonly pin: string | undefined
  /** Allows plain HTTP to other machines. */
  readonly allowInsecure: boolean
  /** The inbox on the web. */
  readonly webUrl: string | undefined
}

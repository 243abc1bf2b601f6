/** A mail account: one schema for what the window sends, what the settings and an exported file hold, and what the server counts. */
import { z } from 'zod'
import type { Immutable } from './immutable.ts'
import { AccountId, AccountLabel } from './wire.ts'

export const ShortText = z.string().trim().min(1).max(1000)
const HttpsUrl = z.url().startsWith('https://').max(1000)

/** A client that the user has registered, for signing in with the browser. */
const OAuthClient = z.strictObject({
  provider: z.enum(['google', 'microsoft']),
  clientId: ShortText,
  /** Empty if the provider needs none. */
  clientSecret: z.string().trim().max(1000),
})

const AccountFields = z.strictObject({
  account: AccountId,
  protocol: z.enum(['imap', 'jmap', 'pop3']),
  host: ShortText.regex(/^[^\s/@]+$/),
  port: z.int().min(1).max(65_535),
  security: z.enum(['tls', 'starttls', 'none']),
  /** Empty for JMAP with a token, which is then in `password`. */
  user: z.string().trim().max(1000),
  password: z.string().max(10_000),
  /** Paths; empty means INBOX. */
  folders: z.array(ShortText).max(100),
  /** SHA-256 of the one accepted certificate, as 64 lower-case hexadecimal digits. */
  pin: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .exactOptional(),
  /** The JMAP session resource, if it is known. */
  url: HttpsUrl.exactOptional(),
  /** The inbox on the web. */
  webUrl: HttpsUrl.exactOptional(),
  /** Instead of the password, which is then empty. */
  oauth: OAuthClient.exactOptional(),
  /** Instead of the password: the desktop gives access tokens for the account. */
  desktop: z.literal(true).exactOptional(),
})

/** An account as the user enters it. */
export const AccountForm = AccountFields.refine(({ protocol, user }) => protocol === 'jmap' || user !== '', { path: ['user'] })
  .refine(({ password, oauth, desktop }) => [password !== '', oauth, desktop].filter(Boolean).length === 1, { path: ['password'] })
  .refine(({ protocol, oauth, desktop }) => (!oauth && !desktop) || protocol !== 'jmap', { path: ['protocol'] })

export const StoredOAuthClient = OAuthClient.omit({ clientSecret: true })
/** An account without its secrets, as the settings and an exported file hold it. */
export const StoredAccount = AccountFields.omit({ password: true }).extend({
  oauth: StoredOAuthClient.exactOptional(),
  label: AccountLabel.exactOptional(),
})

/** What people call an account from now on; empty for its id. */
export const LabelForm = z.strictObject({ account: AccountId, label: AccountLabel })

type OAuthClient = Immutable<z.infer<typeof OAuthClient>>
export type AccountForm = Immutable<z.infer<typeof AccountForm>>
export type StoredAccount = Immutable<z.infer<typeof StoredAccount>>
export type MailProtocol = AccountForm['protocol']
export type ConnectionSecurity = AccountForm['security']

/** An account as the server counts it. `tokens` is opaque, and absent until the user has signed in. */
export type WorkerOAuth = OAuthClient & { readonly tokens?: string }
export interface WorkerAccount extends AccountForm {
  readonly oauth?: WorkerOAuth
  readonly label?: string
}

export function withoutSecret({ oauth, password: _password, ...stored }: WorkerAccount): StoredAccount {
  return { ...stored, ...(oauth && { oauth: { provider: oauth.provider, clientId: oauth.clientId } }) }
}

/** What discovery finds for an address: plain data without a secret. */
import type { MailProtocol } from './account.ts'
import type { Language } from './settings.ts'
import type { SourceErrorCode } from './wire.ts'

/**
 * `token`: made in the provider's settings, for JMAP. `google` and `microsoft`: in the browser (OAuth 2). `desktop`: the
 * desktop has signed the user in, and gives access tokens.
 */
export type SignIn = 'password' | 'app-password' | 'token' | 'google' | 'microsoft' | 'desktop'

/**
 * Where a candidate comes from: our own table by the domain or by its MX, the domain's web server, its DNS, the web
 * server of its mail provider, a guess, or the settings of the desktop or a mail program on this machine.
 */
export type Origin = 'table' | 'mx' | 'autoconfig' | 'srv' | 'exchange' | 'well-known' | 'guess' | 'gnome' | 'thunderbird'

/** One way to reach the mailbox; never without encryption. */
export interface Candidate {
  readonly protocol: MailProtocol
  readonly host: string
  readonly port: number
  readonly security: 'tls' | 'starttls'
  /** The name to sign in with. */
  readonly user: string
  /** The session resource of JMAP. */
  readonly url?: string
  /** What it accepts, the likeliest first. */
  readonly signIn: readonly SignIn[]
  /** The most trustworthy first. */
  readonly origins: readonly Origin[]
  /**
   * Only DNS, which an attacker on the path can forge, names a server in another domain: the user must agree before a
   * password goes there (RFC 6186, section 6).
   */
  readonly mustConfirm: boolean
}

type Text = Readonly<Record<Language, string>>

/** What the user must do at the provider first, and where. */
export interface Step {
  readonly text: Text
  /** https. */
  readonly url?: string
}

export interface ProviderInfo {
  readonly id: string
  readonly name: Text
  /** The inbox on the web. */
  readonly webUrl: string
  readonly steps: readonly Step[]
  /** Where the user registers a client for signing in with the browser; https. */
  readonly clientUrl?: string
  /** Why no program can count there; there is then no candidate. */
  readonly refusal?: Text
}

export interface Discovery {
  readonly address: string
  /** The best first; empty if nothing was found. */
  readonly candidates: readonly Candidate[]
  /** Null if the table does not know the provider. */
  readonly provider: ProviderInfo | null
}

/** An account that the desktop or a mail program on this machine has: as if it was found, with its only candidate. */
export interface KnownAccount {
  readonly discovery: Discovery
  /** The program signs in with the browser, as Mailbell can. */
  readonly byBrowser: boolean
  /** The program uses no encryption, which is possible on this machine only. */
  readonly isPlain: boolean
  /** Empty means INBOX. */
  readonly folders: readonly string[]
}

/** The steps of trying a mailbox, in order. */
export type TryStep = 'find' | 'connect' | 'certificate' | 'sign-in' | 'folders'

/** Why a tried mailbox cannot be counted. */
export interface TryError {
  readonly step: TryStep
  readonly code: SourceErrorCode
  /** One sentence that says what is wrong and what to do. */
  readonly message: string
  /** The server's, if it is the cause. */
  readonly certificate?: CertificateView
}

/**
 * What the user does at `url` in the browser: signs in, and the browser comes back by itself; or signs in, and brings the
 * address that the browser shows in the end, since it cannot reach the server there; or enters a code first. Instead of the
 * code, the user may sign in at `signInUrl`, if the provider supports it, and bring the address. `codeHasEnded`: only the
 * address remains of these two ways.
 */
export type SignInPrompt =
  | { readonly kind: 'sign-in'; readonly url: string }
  | { readonly kind: 'paste-address'; readonly url: string; readonly codeHasEnded?: true }
  | { readonly kind: 'enter-code'; readonly url: string; readonly code: string; readonly signInUrl?: string }

/** Why a sign-in in the browser ended without access. */
export type SignInEnd = 'cancelled' | 'sign-in-denied' | 'sign-in-expired'

/** Why a certificate is not accepted. */
export type CertificateProblem = 'unknown-authority' | 'wrong-name' | 'expired' | 'not-yet-valid' | 'revoked' | 'changed' | 'other'

/** A certificate that was not accepted, for the user to compare with what the server's operator publishes. */
export interface CertificateView {
  /** SHA-256, as `AB:CD:…`. */
  readonly fingerprint: string
  readonly subject: string
  readonly issuer: string
  /** ISO 8601. */
  readonly validFrom: string
  readonly validTo: string
  readonly problem: CertificateProblem
  /** It may be pinned: it is valid now, and only its issuer is not trusted. */
  readonly canPin: boolean
}

/** What a server is told to be: the shape that everything below `start` gets, checked and frozen. */
import type { RedisConfig } from '../board/redis/config.ts'
import type { ParkingCaps } from '../board/parking.ts'
import type { AccountIds } from '../../common/protocol/wire.ts'
import type { Scope } from '../../common/protocol/wire.ts'
import type { Secret } from '../auth/secret.ts'

export interface ChangedSince {
  /** Gives one value: how far the table has come. */
  readonly cursor: string
  /** Gives the rows that changed since the value of the last look, which is its only parameter (`$1` or `?`). */
  readonly query: string
  /** Milliseconds between two looks at everything: finds what was deleted, or missed. */
  readonly fullMs: number
}

export interface SqlSourceConfig {
  readonly type: 'sql'
  readonly name: string
  /** `sqlite:PATH`, `postgres://…`, `mysql://…` or `mariadb://…`; a secret, for it may hold a password. */
  readonly url: Secret
  /** Read-only; gives `id`, `unread` and, if it likes, `total` and `latest` (JSON text), for all accounts at once. */
  readonly query: string
  /** Asks for what changed since the last look; undefined asks for everything each time. */
  readonly changedSince: ChangedSince | undefined
  readonly intervalMs: number
  /** PostgreSQL: the channel whose NOTIFY wakes the source before its interval. */
  readonly listen: string | undefined
  /** Milliseconds for connecting and for each query. */
  readonly timeoutMs: number
}

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

/** An account at a mail server, and how it is signed in to there. */
export interface MailServerConfig {
  readonly name: string
  readonly account: string
  readonly host: string
  readonly port: number
  readonly security: 'tls' | 'starttls' | 'none'
  readonly user: string
  /** Null where a token is shown instead. */
  readonly password: Secret | null
  /** An access token from its place, or from a provider; null where there is a password. */
  readonly accessToken: Secret | OAuthConfig | null
  /** PEM of certificate authorities that are trusted besides the system's. */
  readonly ca: string | undefined
  /** SHA-256 of the one certificate that is accepted, as 64 small hexadecimal digits. */
  readonly pin: string | undefined
  /** The inbox on the web, where the server itself shows none. */
  readonly webUrl: string | undefined
}

export interface ImapSourceConfig extends MailServerConfig {
  readonly type: 'imap'
  /** Paths, globs and roles, as imap/folders.ts reads them. */
  readonly folders: readonly string[]
  /** Connections to the server at the most, where one is not enough to be told of all folders. */
  readonly connections: number
  /** Milliseconds between two looks at the folders that are not pushed. */
  readonly intervalMs: number
}

export interface JmapSourceConfig {
  readonly type: 'jmap'
  readonly name: string
  readonly account: string
  /** Of the session resource, or of the host alone, where the well-known place leads to it. */
  readonly url: string
  /** A password and its user, or else a token. */
  readonly login: { readonly user: string; readonly password: Secret } | { readonly token: Secret }
  /** As for imap, of names with a slash between. */
  readonly folders: readonly string[]
  /** Mails, or conversations with an unread mail. */
  readonly count: 'emails' | 'threads'
  /** Milliseconds between two looks where the server pushes nothing. */
  readonly intervalMs: number
  /** PEM of certificate authorities that are trusted besides the system's. */
  readonly ca: string | undefined
  /** SHA-256 of the one certificate that is accepted, as 64 small hexadecimal digits. */
  readonly pin: string | undefined
  /** It may be asked without TLS beyond this machine. */
  readonly allowInsecure: boolean
  /** The inbox on the web. */
  readonly webUrl: string | undefined
}

export interface MaildirSourceConfig {
  readonly type: 'maildir'
  readonly name: string
  readonly account: string
  /** The directory that holds `cur`, `new` and `tmp`, or the folders in which they are. */
  readonly path: string
  /** As for imap. */
  readonly folders: readonly string[]
  /** Milliseconds between two looks at everything: finds what no file event told. */
  readonly intervalMs: number
}

export interface Pop3SourceConfig extends MailServerConfig {
  readonly type: 'pop3'
  /** Milliseconds between two sessions. */
  readonly intervalMs: number
  /** Where it is kept which mails were seen. */
  readonly dataDir: string
}

export interface HttpSourceConfig {
  readonly type: 'http'
  readonly name: string
  /** A secret, for it may hold one. */
  readonly url: Secret
  /** Where the count stands in the answer (RFC 6901). */
  readonly pointer: string
  /** Undefined where the answer names each account that it counts. */
  readonly account: string | undefined
  readonly headers: Readonly<Record<string, Secret>>
  /** Milliseconds between two questions. */
  readonly intervalMs: number
  /** Milliseconds for question and answer. */
  readonly timeoutMs: number
  /** PEM of certificate authorities that are trusted besides the system's. */
  readonly ca: string | undefined
  /** It may be asked without TLS beyond this machine. */
  readonly allowInsecure: boolean
}

export interface CommandSourceConfig {
  readonly type: 'command'
  readonly name: string
  /** The program and its arguments; no shell. */
  readonly command: readonly string[]
  /** Where it is run. */
  readonly folder: string
  /** Undefined where it names each account that it counts. */
  readonly account: string | undefined
  /** `run`: it prints and ends; `watch`: it stays and prints each change. */
  readonly mode: 'run' | 'watch'
  /** Milliseconds between two runs. */
  readonly intervalMs: number
  /** Milliseconds for a run; of one that watches, until its first line. */
  readonly timeoutMs: number
  /** Milliseconds between two lines of one that watches; undefined: it may be silent for as long as it likes. */
  readonly silenceMs: number | undefined
  /** Variables of its environment besides the few that are passed on. */
  readonly env: Readonly<Record<string, Secret>>
}

export interface CountDirSourceConfig {
  readonly type: 'countdir'
  readonly name: string
  /** The directory that holds one directory for each account. */
  readonly path: string
  /** Milliseconds between two looks where the system tells of no changes. */
  readonly intervalMs: number
}

export interface MboxSourceConfig {
  readonly type: 'mbox'
  readonly name: string
  readonly account: string
  readonly path: string
  /** No file is an mbox without mails, as some programs leave it. */
  readonly mayBeMissing: boolean
  /** Milliseconds between two looks at whether the file has changed: finds what no file event told. */
  readonly intervalMs: number
}

export type SourceConfig =
  | CommandSourceConfig
  | HttpSourceConfig
  | JmapSourceConfig
  | Pop3SourceConfig
  | SqlSourceConfig
  | ImapSourceConfig
  | MaildirSourceConfig
  | MboxSourceConfig
  | CountDirSourceConfig

/** A token as the server keeps it: never the secret, only its hash. */
export interface TokenConfig {
  readonly name: string
  /** SHA-256 of the secret, 64 hexadecimal digits. */
  readonly sha256: string
  readonly scopes: readonly Scope[]
  readonly accounts: AccountIds
}

export interface HttpConfig {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /** Host names (without port) that this server answers to, besides the loopback names and `host` itself. */
  readonly allowedHosts: readonly string[]
  /** Origins that may read across origins; none by default. */
  readonly allowedOrigins: readonly string[]
  /** Addresses of proxies whose X-Forwarded-For is believed; none by default. */
  readonly trustedProxies: readonly string[]
  /** Seconds that a poll is held at most. */
  readonly maxHoldSeconds: number
  /** Milliseconds over which parked polls are released on shutdown. */
  readonly drainMs: number
  readonly caps: ParkingCaps
  /** Serve `GET /get.php`, the original's protocol, which knows no authentication. */
  readonly legacy: boolean
  /** The folder of the built page that is served at `/`; null serves none. */
  readonly pageDir: string | null
}

export interface Config {
  readonly http: HttpConfig
  readonly sources: readonly SourceConfig[]
  readonly tokens: readonly TokenConfig[]
  /** Where the demo mailbox and the last known counts are kept. */
  readonly dataDir: string
  /** Undefined where the board is this process' own. */
  readonly redis?: RedisConfig | undefined
  /** Add the embedded demo mailbox as a source. */
  readonly demo: boolean
  /** Keep the last known counts in `dataDir`, so that a restart answers at once with what was known. */
  readonly persist: boolean
}

/** Of one IMAP account; some providers take no more than ten or fifteen from all its programs together. */
export const DEFAULT_CONNECTIONS = 3

export const DEFAULT_CAPS: ParkingCaps = { total: 200_000, perToken: 64, perAddress: 512 }

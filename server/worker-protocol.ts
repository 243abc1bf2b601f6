/**
 * What the desktop's main process and the server in its utilityProcess say to each other: the only way by which the
 * address, the run's token and the accounts' secrets are handed over (never argv, environment or disk).
 */
import type { Discovery, MailProtocol, TryStep, TryTrouble } from './discovery/found.ts'

export interface WorkerAccount {
  readonly account: string
  readonly protocol: MailProtocol
  readonly host: string
  readonly port: number
  readonly security: 'tls' | 'starttls' | 'none'
  /** Empty for JMAP by a token, which then stands as the password. */
  readonly user: string
  readonly password: string
  readonly folders: readonly string[]
  /** SHA-256 of the one certificate that is accepted, as 64 small hexadecimal digits. */
  readonly pin?: string
  /** The session resource of JMAP, where it is known. */
  readonly url?: string
  /** The inbox on the web, https. */
  readonly webUrl?: string
}

/** What the server is to count: these accounts, and the demo mailbox where nothing is configured. */
export interface WorkerSources {
  readonly accounts: readonly WorkerAccount[]
  readonly demo: boolean
}

/** Main → server. The first message is `start`. */
export type WorkerCommand =
  | { readonly type: 'start'; readonly token: string; readonly sources: WorkerSources }
  | { readonly type: 'set-sources'; readonly sources: WorkerSources }
  /** Looks for the mailbox of an address, and answers `found` with the same `id`. */
  | { readonly type: 'find-mailbox'; readonly id: number; readonly address: string }
  /** Tries one login, and answers `trying` for each step and then `tried`, with the same `id`. */
  | { readonly type: 'try-account'; readonly id: number; readonly account: WorkerAccount }
  /** Every source looks now. */
  | { readonly type: 'kick' }
  /** Drain quickly and exit with 0. */
  | { readonly type: 'shutdown' }

/** Server → main. */
export type WorkerEvent =
  | { readonly type: 'listening'; readonly url: string }
  | { readonly type: 'found'; readonly id: number; readonly discovery: Discovery }
  /** A step of a try begins. */
  | { readonly type: 'trying'; readonly id: number; readonly step: TryStep }
  | { readonly type: 'tried'; readonly id: number; readonly error: TryTrouble | null }
  /** It cannot start, and says why; it then exits with 1. */
  | { readonly type: 'failed'; readonly message: string }

/** The options and dependencies of `mailbell add`. */
import type { Address } from '../../discovery/address.ts'
import type { Discovery, TryStep } from '../../../common/protocol/discovery.ts'
import type { ThunderbirdAccounts } from '../../discovery/thunderbird/read.ts'
import type { MailboxConfig, TryResult } from '../../discovery/try.ts'
import type { Terminal } from '../terminal.ts'

export interface AddOptions {
  readonly config?: string
  readonly account?: string
  readonly host?: string
  readonly protocol: 'imap' | 'pop3'
  readonly port?: number
  readonly security: 'tls' | 'starttls'
  readonly user?: string
  readonly folders?: readonly string[]
  readonly passwordEnv?: string
  readonly passwordFile?: string
  readonly passwordCommand?: readonly string[]
  readonly pin?: string
  readonly oauthClient?: string
  readonly yes?: boolean
  readonly trustServer?: string
  readonly fromThunderbird?: true
}

export interface AddDeps {
  readonly terminal: Terminal
  readonly find: (address: Address) => Promise<Discovery>
  readonly readKnown: () => Promise<ThunderbirdAccounts>
  readonly attempt: (config: MailboxConfig, onStep: (step: TryStep) => void) => Promise<TryResult>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly dataDir: string
  /** Deletes the access of an earlier account of this name, which signed in to its provider. */
  readonly forget: (account: string) => Promise<void>
}

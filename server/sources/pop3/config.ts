import type { MailServerConfig } from '../config/mail-server.ts'

export interface Pop3SourceConfig extends MailServerConfig {
  readonly type: 'pop3'
  /** Milliseconds between two sessions. */
  readonly intervalMs: number
  /** Where the list of seen messages is stored. */
  readonly dataDir: string
}

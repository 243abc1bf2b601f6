import type { MailServerConfig } from '../config/mail-server.ts'

/** Per account; some providers allow ten or fifteen connections for all of a person's programs together. */
export const DEFAULT_CONNECTIONS = 3

export interface ImapSourceConfig extends MailServerConfig {
  readonly type: 'imap'
  /** Paths, globs and roles; folders/choose.ts parses them. */
  readonly folders: readonly string[]
  /** The maximum number of connections, used where one cannot push changes of all folders. */
  readonly connections: number
  /** Milliseconds between two polls of the folders whose changes are not pushed. */
  readonly intervalMs: number
}

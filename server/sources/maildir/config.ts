export interface MaildirSourceConfig {
  readonly type: 'maildir'
  readonly name: string
  readonly account: string
  /** The directory that contains `cur`, `new` and `tmp`, or the folders that do. */
  readonly path: string
  /** As for imap. */
  readonly folders: readonly string[]
  /** Milliseconds between two full counts, which find what no file event reported. */
  readonly intervalMs: number
}

export interface CountDirSourceConfig {
  readonly type: 'countdir'
  readonly name: string
  /** The directory with one directory for each account. */
  readonly path: string
  /** Milliseconds between two polls where the system reports no changes. */
  readonly intervalMs: number
}

export interface MboxSourceConfig {
  readonly type: 'mbox'
  readonly name: string
  readonly account: string
  readonly path: string
  /** A missing file counts as an empty mbox, because some programs remove it then. */
  readonly mayBeMissing: boolean
  /** Milliseconds between two checks for a changed file, which find what no file event reported. */
  readonly intervalMs: number
}

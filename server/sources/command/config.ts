import type { Secret } from '../../auth/secret.ts'

export interface CommandSourceConfig {
  readonly type: 'command'
  readonly name: string
  /** The program and its arguments; no shell. */
  readonly command: readonly string[]
  /** The working directory. */
  readonly folder: string
  /** Undefined where the output names the account of each count. */
  readonly account: string | undefined
  /** `run`: the program prints and ends; `watch`: it stays and prints each change. */
  readonly mode: 'run' | 'watch'
  /** Milliseconds between two runs. */
  readonly intervalMs: number
  /** Milliseconds for a run; with `watch`, until the first line. */
  readonly timeoutMs: number
  /** `watch`: the maximum milliseconds between two lines; undefined for no limit. */
  readonly silenceMs: number | undefined
  /** Variables added to the few that are inherited. */
  readonly env: Readonly<Record<string, Secret>>
}

/** The configuration of a server, checked and frozen, as `start` takes it. */
import type { TokenConfig } from '../auth/tokens.ts'
import type { RedisConfig } from '../board/redis/config.ts'
import type { HttpConfig } from '../http/config.ts'
import type { SourceConfig } from '../sources/kinds.ts'

export interface Config {
  readonly http: HttpConfig
  readonly sources: readonly SourceConfig[]
  readonly tokens: readonly TokenConfig[]
  /** Where the demo mailbox and the last known counts are stored. */
  readonly dataDir: string
  /** Undefined where the board is this process' own. */
  readonly redis?: RedisConfig | undefined
  /** Add the embedded demo mailbox as a source. */
  readonly demo: boolean
  /** Keep the last known counts in `dataDir`, so that a restart answers at once with what was known. */
  readonly persist: boolean
}

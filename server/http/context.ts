import type { Codes } from '../auth/codes.ts'
import type { Tokens } from '../auth/tokens.ts'
import type { BoardBackend } from '../board/backend.ts'
import type { Parking } from '../board/parking.ts'
import type { PushedAccounts } from '../board/pushed.ts'
import type { HistoryLog } from '../history/history.ts'
import type { Config } from '../config/load.ts'
import type { Clock, Defer } from '../../common/async/clock.ts'
import type { Manage } from '../manage/manage.ts'
import type { Logger } from '../platform/log.ts'
import type { DemoAction, ServerInfo } from '../../common/protocol/wire.ts'
import type { Addresses } from './filter/addresses.ts'
import type { Input } from './input.ts'
import type { ListenerTimes } from './listener.ts'
import type { Metrics } from './metrics.ts'
import type { Origins } from './filter/origins.ts'
import type { Responder } from './responder.ts'
import type { Reply } from './reply.ts'

/** What the HTTP side needs from the composition root; `now` is on the same clock as `parking`. */
export interface HttpDeps extends Clock {
  readonly defer: Defer
  readonly config: Config['http']
  readonly maxConnections: number
  readonly times: ListenerTimes
  readonly log: Logger
  readonly backend: BoardBackend
  readonly pushed: PushedAccounts
  readonly history: Pick<HistoryLog, 'read'>
  /** True once every source has reported or failed. */
  readonly isReady: () => boolean
  readonly parking: Parking
  readonly metrics: Metrics
  readonly tokens: Tokens
  readonly codes: Codes
  readonly info: () => ServerInfo
  /** Of the demo mailbox; none if it is not in use. */
  readonly demoAccounts: () => readonly string[]
  /** Changes the accounts of the config; null where the config is not the server's own. */
  readonly manage: Manage | null
  /** Every source checks now, or that of one account. */
  readonly check: (account: string | null) => Promise<void>
  /** Whether `get.php` is served just now. */
  readonly isLegacyOn: () => boolean
  /** Changes the demo mailbox. `off`: it is not in use. */
  readonly changeDemo: (action: DemoAction) => 'done' | 'off' | 'unknown-account'
  /** Uniform in [0, 1). */
  readonly random: () => number
}

/** What the routes share. */
export interface HttpContext extends HttpDeps, Addresses {
  readonly responder: Responder
  readonly origins: Origins
  /** Answers a request whose handling threw, and logs why. */
  readonly fail: (error: unknown, reply: Reply) => void
  readonly input: Input
}

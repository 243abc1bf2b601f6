/** The configuration of a server, checked and frozen, as `start` takes it. */
import type { TokenConfig } from '../auth/tokens.ts'
import type { ParkingCaps } from '../board/parking.ts'
import type { RedisConfig } from '../board/redis/config.ts'
import type { SourceConfig } from '../sources/kinds.ts'

export interface HttpConfig {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /** Host names (without port) that this server answers to, in addition to the loopback names and `host`. */
  readonly allowedHosts: readonly string[]
  /** Origins with cross-origin access; none by default. */
  readonly allowedOrigins: readonly string[]
  /** Addresses of proxies whose X-Forwarded-For is trusted; none by default. */
  readonly trustedProxies: readonly string[]
  /** Maximum seconds that a poll is held. */
  readonly maxHoldSeconds: number
  /** Milliseconds over which parked polls are released on shutdown. */
  readonly drainMs: number
  readonly caps: ParkingCaps
  /** Serve `GET /get.php`, the original's protocol, which has no authentication. */
  readonly legacy: boolean
  /** The folder of the built page, served at `/`; null for none. */
  readonly pageDir: string | null
}

export interface Config {
  readonly http: HttpConfig
  readonly sources: readonly SourceConfig[]
  readonly tokens: readonly TokenConfig[]
  /** Where the demo mailbox and the last known counts are stored. */
  readonly dataDir: string
  /** Undefined if the board is this process' own. */
  readonly redis?: RedisConfig | undefined
  /** Adds the embedded demo mailbox as a source. */
  readonly demo: boolean
  /** Stores the last known counts in `dataDir`, so that a restart answers at once with what was known. */
  readonly persist: boolean
}

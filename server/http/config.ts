import type { ParkingCaps } from '../board/parking.ts'

export interface HttpConfig {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  /** Host names (without port) that this server answers to, besides the loopback names and `host` itself. */
  readonly allowedHosts: readonly string[]
  /** Origins that may read across origins; none by default. */
  readonly allowedOrigins: readonly string[]
  /** Addresses of proxies whose X-Forwarded-For is believed; none by default. */
  readonly trustedProxies: readonly string[]
  /** Seconds that a poll is held at most. */
  readonly maxHoldSeconds: number
  /** Milliseconds over which parked polls are released on shutdown. */
  readonly drainMs: number
  readonly caps: ParkingCaps
  /** Serve `GET /get.php`, the original's protocol, which knows no authentication. */
  readonly legacy: boolean
  /** The folder of the built page that is served at `/`; null serves none. */
  readonly pageDir: string | null
}

import type { ParkingCaps } from '../board/parking.ts'

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

/** Milliseconds. */
export interface ListenerTimes {
  /** From the first byte of a request to the end of its header. */
  readonly headers: number
  /** From the first byte of a request to the end of its body. */
  readonly request: number
  /** Between two checks for overdue requests. */
  readonly check: number
  /** Of an idle connection: longer than proxies keep theirs, so that they close it first. */
  readonly keepAlive: number
}

export const DEFAULT_TIMES: ListenerTimes = { headers: 10_000, request: 15_000, check: 5_000, keepAlive: 72_000 }

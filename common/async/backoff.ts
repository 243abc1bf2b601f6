export interface Backoff {
  /** Milliseconds before the first retry. */
  readonly firstMs: number
  readonly maxMs: number
  /** How much longer each delay is than the one before; 2 if it is absent. */
  readonly factor?: number
}

/**
 * Whole milliseconds to wait after `failures` earlier failures in a row (0 for the first one).
 * @param random uniform in [0, 1): the delay lies between half of the full one and the full one, so that clients that
 * failed together do not retry together. Absent, the delay is the full one.
 */
export function backoffMs(failures: number, { firstMs, maxMs, factor = 2 }: Backoff, random = (): number => 1): number {
  return Math.round((Math.min(maxMs, firstMs * factor ** failures) * (1 + random())) / 2)
}

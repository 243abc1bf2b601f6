/**
 * Pure: how many connections and parked polls the limit of open files leaves room for. A process that has opened all its files
 * cannot even connect to Redis or a mail server again.
 */

/** Connections without a parked poll that are accepted in addition to those with one. */
const SPARE_CONNECTIONS = 10_000
/** Half of the reserved files is for connections without a parked poll, the other half for all else. */
const RESERVED_SHARE = 0.05
const MIN_RESERVED = 100

/**
 * @param parked the configured maximum
 * @param files that the process may open
 */
export function connectionLimits(parked: number, files: number): { readonly parked: number; readonly connections: number } {
  if (files === Infinity) return { parked, connections: parked + SPARE_CONNECTIONS }
  const reserved = Math.max(MIN_RESERVED, files * RESERVED_SHARE)
  const within = (reservedFiles: number): number => Math.max(1, Math.floor(files - reservedFiles))
  return { parked: Math.min(parked, within(reserved)), connections: Math.min(parked + SPARE_CONNECTIONS, within(reserved / 2)) }
}

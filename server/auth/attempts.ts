/** Bounds failed attempts per address, so that codes cannot be guessed and guessing costs little. Pure: the clock is passed in. */

const PER_WINDOW = 30
const WINDOW_MS = 60_000
/** Of addresses that are remembered; beyond it the oldest is forgotten. */
const MAX_ADDRESSES = 10_000

/** @param now monotonic milliseconds */
export function createAttempts(now: () => number) {
  const failures = new Map<string, { readonly count: number; readonly endsAtMs: number }>()

  const current = (address: string) => {
    const found = failures.get(address)
    return found && found.endsAtMs > now() ? found : { count: 0, endsAtMs: now() + WINDOW_MS }
  }

  return {
    /** Milliseconds until the address may try again; 0 if it may. */
    blockedMs(address: string): number {
      const { count, endsAtMs } = current(address)
      return count < PER_WINDOW ? 0 : endsAtMs - now()
    },
    noteFailure(address: string): void {
      const { count, endsAtMs } = current(address)
      failures.delete(address)
      failures.set(address, { count: count + 1, endsAtMs })
      const [oldest] = failures.keys()
      if (failures.size > MAX_ADDRESSES && oldest !== undefined) failures.delete(oldest)
    },
  }
}

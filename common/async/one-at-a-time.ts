/** Returns what does `work`, unless it is still under way. */
export function oneAtATime<A extends readonly unknown[]>(work: (...args: A) => Promise<void>): (...args: A) => Promise<void> {
  let isRunning = false
  return async (...args) => {
    if (isRunning) return
    isRunning = true
    try {
      await work(...args)
    } finally {
      isRunning = false
    }
  }
}

import { setImmediate } from 'node:timers/promises'

/** How often other work got its turn until this work was done. Rejects as the work does. */
export async function turnsDuring(work: Promise<unknown>): Promise<number> {
  const state = { isDone: false, turns: 0 }
  const done = work.finally(() => (state.isDone = true))
  const counting = (async () => {
    while (!state.isDone) {
      await setImmediate()
      state.turns += 1
    }
  })()
  await Promise.all([done, counting])
  return state.turns
}

/** Shorter turns keep nothing waiting. */
const SHORT_MS = 1

/**
 * The CPU time of the longest turn of the event loop while `work` runs, and of all turns that are not short. CPU time of
 * this thread, because the machine may have other work to do.
 */
export async function measureTurns<T>(
  work: () => Promise<T>,
): Promise<{ readonly longestMs: number; readonly totalMs: number; readonly result: T }> {
  const cpuMs = (): number => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1_000
  }
  const state = { isDone: false, longestMs: 0, totalMs: 0 }
  let lastMs = cpuMs()
  const counting = (async () => {
    while (!state.isDone) {
      await setImmediate()
      const nowMs = cpuMs()
      const turnMs = nowMs - lastMs
      lastMs = nowMs
      if (turnMs < SHORT_MS) continue
      state.longestMs = Math.max(state.longestMs, turnMs)
      state.totalMs += turnMs
    }
  })()
  const result = await work().finally(() => (state.isDone = true))
  await counting
  return { longestMs: state.longestMs, totalMs: state.totalMs, result }
}

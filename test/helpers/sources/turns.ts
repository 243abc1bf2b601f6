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

/** A turn of the event loop that other work waited for. */
export interface Turn {
  /** On the clock of `performance`. */
  readonly startMs: number
  readonly endMs: number
  /** Of this thread, because the machine may have other work to do. */
  readonly cpuMs: number
  /** Of that, what the system took: where memory is new to the process, it may be most of it. */
  readonly systemMs: number
}

/** Shorter turns keep nothing waiting. */
const SHORT_MS = 1
/** With a timer that is always due, the loop turns without a pause, and the probe takes a whole core. */
const PROBE_MS = 1

/** Measures the turns of the event loop while `work` runs, those that are not short. */
export async function measureTurns<T>(work: () => Promise<T>): Promise<{ readonly turns: readonly Turn[]; readonly result: T }> {
  const turns: Turn[] = []
  let last = { cpu: process.threadCpuUsage(), ms: performance.now() }
  const probe = (): void => {
    const cpu = process.threadCpuUsage()
    const ms = performance.now()
    const systemMs = (cpu.system - last.cpu.system) / 1_000
    // Some systems count CPU time in steps of several milliseconds.
    const cpuMs = Math.min(systemMs + (cpu.user - last.cpu.user) / 1_000, ms - last.ms)
    if (cpuMs >= SHORT_MS) turns.push({ startMs: last.ms, endMs: ms, cpuMs, systemMs })
    last = { cpu, ms }
  }
  const timer = setInterval(probe, PROBE_MS)
  try {
    const result = await work()
    // The turn in which the work ended.
    await setImmediate()
    probe()
    return { turns, result }
  } finally {
    clearInterval(timer)
  }
}

export const longestOf = (turns: readonly Turn[]): Turn =>
  turns.reduce((a, b) => (b.cpuMs > a.cpuMs ? b : a), { startMs: 0, endMs: 0, cpuMs: 0, systemMs: 0 })

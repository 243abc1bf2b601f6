/** Changes of many users at once: each wave is over when every one of their clients has received its number. */
import { withLimit } from './limit.ts'
import { type Crowd, randomCount } from './load.ts'
import { cpuSecondsOf } from './process.ts'

const LIMIT_SECONDS = 60

export interface WaveFigures {
  readonly cpuMicrosPerChange: number
  readonly changesPerSecond: number
}

/**
 * Makes one wave after the other for `ms`.
 * @param size changes in one wave
 * @param change makes them all, with this count
 */
export async function measureWaves(
  crowd: Crowd,
  pids: readonly number[],
  size: number,
  ms: number,
  change: (unread: number, wave: number) => Promise<void>,
): Promise<WaveFigures> {
  const cpuBefore = cpuSecondsOf(pids)
  const startedAtMs = performance.now()
  let unread = randomCount()
  let wave = 0
  for (; performance.now() - startedAtMs < ms; wave++) {
    const text = `"unread":${++unread}`
    const all = Promise.withResolvers<void>()
    let missing = size
    crowd.onUpdate = (_user, body) => {
      if (body.includes(text) && --missing === 0) all.resolve()
    }
    await withLimit('the answers to a change', LIMIT_SECONDS, Promise.all([change(unread, wave), all.promise]))
  }
  const changes = wave * size
  return {
    cpuMicrosPerChange: ((cpuSecondsOf(pids) - cpuBefore) / changes) * 1e6,
    changesPerSecond: (changes / (performance.now() - startedAtMs)) * 1e3,
  }
}

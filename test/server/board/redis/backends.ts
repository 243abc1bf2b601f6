/** Backends on one Redis in one process, each a machine, with a clock and a log that the test has in hand. */
import { createBoard } from '../../../../server/board/board.ts'
import { createRedisBackend } from '../../../../server/board/redis/backend.ts'
import { createCollector } from '../../../../server/collector/collector.ts'
import { monotonicMs, schedule } from '../../../../server/platform/clock.ts'
import { createLog } from '../../../../server/platform/log.ts'
import type { Clock } from '../../../../common/async/clock.ts'
import { redisConfigOf, silent } from './machines.ts'

/** As many times faster than in life. */
const FASTER = 20

export const realClock: Clock = { now: monotonicMs, schedule }

const fastClock: Clock = {
  now: () => monotonicMs() * FASTER,
  schedule: (callback, ms) => schedule(callback, ms / FASTER),
}

let ids = 0

/** @param lines receives what it logs */
export function backendOn(url: string, { clock = fastClock, lines }: { readonly clock?: Clock; readonly lines?: string[] } = {}) {
  const log = lines ? createLog('info', { write: (line) => void lines.push(line) }) : silent
  const deps = { ...clock, random: () => 0.5, defer: setImmediate, log }
  const intake = createBoard('intake', Date.now)
  const collector = createCollector({ ...deps, board: intake })
  const newId = (): string => `id${process.pid}x${++ids}`
  const backend = createRedisBackend({ ...deps, config: redisConfigOf(url), wallClock: Date.now, newId, intake, collector })
  async function end(): Promise<void> {
    await collector.close()
    await backend.close()
  }
  let ended: Promise<void> | null = null
  const close = (): Promise<void> => (ended ??= end())
  return { ...backend, close, [Symbol.asyncDispose]: close }
}

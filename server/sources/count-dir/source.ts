/**
 * The countdir source: what the original's daemon writes. In one directory there is one for each account, named by its
 * id, and in that one empty file, whose name is the number of unread mails.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { abortable } from '../../platform/abortable.ts'
import type { CountDirSourceConfig } from './config.ts'
import { monotonicMs } from '../../platform/clock.ts'
import { createWakeSignal } from '../wake-signal.ts'
import { openTree, SETTLE_MS } from './tree.ts'
import { watchAll } from './watches.ts'
import { createBlindNote } from '../files/blindness.ts'
import { explainFileError } from '../files/errors.ts'
import { isShare } from '../files/watch.ts'
import type { Attempt, Source } from '../source.ts'

/** One look at everything; a share with ten thousands of directories is slow. */
const LOOK_MS = 120_000
/** Between two looks while changes keep coming. */
const BREATHER_MS = 20
/** Between two looks at everything where all changes are told: finds what was missed all the same. */
const TOLD_INTERVAL_MS = 300_000

export function createCountDirSource(config: CountDirSourceConfig): Source {
  return {
    name: config.name,
    accounts: [],
    firstReportMs: LOOK_MS,
    silenceMs: Math.max(config.intervalMs, TOLD_INTERVAL_MS) + LOOK_MS,
    async run(attempt) {
      try {
        await run(config, attempt)
      } catch (error) {
        throw explainFileError(error, config.path) ?? error
      }
    },
  }
}

async function run({ name, path, intervalMs }: CountDirSourceConfig, { signal, log, report, onKick }: Attempt): Promise<void> {
  const isOnShare = await abortable(isShare(path), signal)
  const bell = createWakeSignal(signal)
  const watches = watchAll(path, bell.ring)
  const tree = openTree({ name, path, watches, log, signal, now: monotonicMs, sleep: (ms) => delay(ms, undefined, { signal }) })
  let kicked = false
  const noteBlindness = createBlindNote(name, log)
  let allAtMs = Number.NEGATIVE_INFINITY
  const allDueMs = (): number => allAtMs + (watches.isTold && !isOnShare ? Math.max(intervalMs, TOLD_INTERVAL_MS) : intervalMs)
  const endKicks = onKick(() => {
    kicked = true
    bell.ring()
  })
  try {
    for (;;) {
      const startedAtMs = monotonicMs()
      const all = kicked || startedAtMs >= allDueMs()
      if (all) allAtMs = startedAtMs
      kicked = false
      report(await abortable(tree.look(all), signal))
      noteBlindness({ isOnShare, isWatched: watches.isTold })
      const tookMs = monotonicMs() - startedAtMs
      const dueInMs = Math.max(0, allDueMs() - monotonicMs())
      await bell.sleep(Math.max(BREATHER_MS, tookMs), tree.isUnsure ? Math.min(SETTLE_MS, dueInMs) : dueInMs)
    }
  } finally {
    endKicks()
    watches.close()
  }
}

/**
 * The countdir source: one directory holds a directory for each account, named by the account's id, and in that one
 * empty file, whose name is the number of unread messages.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { monotonicMs } from '../../platform/clock.ts'
import { pollFiles } from '../lib/files/poll-loop.ts'
import type { Source } from '../source.ts'
import type { CountDirSourceConfig } from './config.ts'
import { openTree, SETTLE_MS } from './tree.ts'
import { watchAll } from './watches.ts'

/** For one poll: a share with tens of thousands of directories is slow. */
const POLL_MS = 120_000
/** Between two full reads where the system reports all changes: finds what was missed. */
const FULL_INTERVAL_MS = 300_000

export function createCountDirSource(config: CountDirSourceConfig): Source {
  const { name, path, intervalMs } = config
  return {
    name,
    accounts: [],
    firstReportMs: POLL_MS,
    silenceMs: Math.max(intervalMs, FULL_INTERVAL_MS) + POLL_MS,
    run: (attempt) =>
      pollFiles(config, attempt, (wake, isOnShare) => {
        const { signal } = attempt
        const watches = watchAll(path, wake)
        const tree = openTree({ path, watches, signal, now: monotonicMs, sleep: (ms) => delay(ms, undefined, { signal }) })
        let fullAtMs = Number.NEGATIVE_INFINITY
        const fullDueMs = (): number => fullAtMs + (watches.isComplete && !isOnShare ? Math.max(intervalMs, FULL_INTERVAL_MS) : intervalMs)
        return {
          isWatched: () => watches.isComplete,
          close: watches.close,
          async poll(isKicked) {
            const nowMs = monotonicMs()
            const all = isKicked || nowMs >= fullDueMs()
            if (all) fullAtMs = nowMs
            const report = await tree.read(all)
            const dueInMs = fullDueMs() - monotonicMs()
            return { report, dueInMs: tree.isUnsettled ? Math.min(SETTLE_MS, dueInMs) : dueInMs }
          },
        }
      }),
  }
}

/**
 * Further connections that wait in IDLE, each in one folder, and do nothing but ring: all counting is done in one place,
 * so that a mail that is moved from one folder to another is counted once.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { backoffMs } from '../../../../common/async/backoff.ts'
import { createWakeSignal } from '../../wake-signal.ts'
import { SourceError, type SourceLog } from '../../source.ts'
import type { ConnectionBudget } from '../connection/budget.ts'
import type { Connection } from '../connection/open.ts'
import { createIdler } from './idle.ts'
import type { ImapTimes } from '../connection/times.ts'

export interface Watchers {
  /** From now on these are watched, as many of them as there is room for, the first ones first. */
  watch(paths: readonly string[]): void
  /** Whether changes of this folder are told now. */
  isWatched(path: string): boolean
}

export interface WatcherDeps {
  readonly name: string
  readonly budget: ConnectionBudget
  /** A connection that lives until it is closed, or the signal is aborted. */
  readonly open: (signal: AbortSignal) => Promise<Connection>
  readonly onChange: (path: string) => void
  /** Reads what there is to know of this folder, which is selected on the connection, besides its count. */
  readonly read: (connection: Connection, path: string) => Promise<void>
  readonly log: SourceLog
  readonly times: ImapTimes
}

/** Watches until `signal` is aborted. */
export function createWatchers(signal: AbortSignal, { name, budget, open, onChange, read, log, times }: WatcherDeps): Watchers {
  const tasks = new Map<string, AbortController>()
  const live = new Set<string>()

  async function watchOnce(path: string, over: AbortSignal): Promise<never> {
    const connection = await budget.open(() => open(over))
    const { client, lost } = connection
    const bell = createWakeSignal(lost)
    let late: NodeJS.Timeout | undefined
    try {
      late = setTimeout(() => connection.fail(new SourceError('network', `${name} has stopped answering.`)), times.firstLook)
      await client.mailboxOpen(path, { readOnly: true })
      const ring = (): void => {
        onChange(path)
        bell.ring()
      }
      for (const event of ['exists', 'expunge', 'flags']) client.on(event, ring)
      const idler = createIdler(connection, () => connection.fail(new SourceError('protocol', `${name} tells nothing of ${path}.`)), times)
      live.add(path)
      // What has changed until now nobody has told.
      onChange(path)
      for (;;) {
        await read(connection, path)
        clearTimeout(late)
        idler.begin()
        await bell.sleep(times.breather, times.heartbeat)
        idler.end()
        late = setTimeout(() => connection.fail(new SourceError('network', `${name} has stopped answering.`)), times.answer)
        await client.noop()
      }
    } finally {
      clearTimeout(late)
      live.delete(path)
      connection.fail(new SourceError('network', `${name} watches ${path} no more.`))
    }
  }

  async function watchForever(path: string, over: AbortSignal): Promise<void> {
    let failures = 0
    while (!over.aborted) {
      const sinceMs = performance.now()
      try {
        await watchOnce(path, over)
      } catch (error) {
        if (over.aborted) return
        if (performance.now() - sinceMs > times.heartbeat) failures = 0
        const retryInMs = backoffMs(failures++, { firstMs: times.extraPause, maxMs: times.extraPauseMax })
        const reason = error instanceof SourceError ? error.code : 'network'
        log.debug({ source: name, folder: path, reason, retryInMs }, 'a folder is not watched for now; it is asked at the interval')
        await delay(retryInMs, undefined, { signal: over })
      }
    }
  }

  return {
    watch(paths) {
      const wanted = new Set(paths.slice(0, budget.further))
      for (const [path, over] of tasks) {
        if (wanted.has(path)) continue
        tasks.delete(path)
        over.abort()
      }
      for (const path of wanted) {
        if (tasks.has(path) || signal.aborted) continue
        const over = new AbortController()
        tasks.set(path, over)
        // An ended pause is no failure.
        watchForever(path, AbortSignal.any([signal, over.signal])).catch(() => undefined)
      }
    },
    isWatched: (path) => live.has(path),
  }
}

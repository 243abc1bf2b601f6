/**
 * Additional connections that wait in IDLE, one folder each, and only report changes: one place counts, so that a message
 * moved between two folders is counted once.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { backoffMs } from '../../../../common/async/backoff.ts'
import { SourceError, type SourceLog } from '../../source.ts'
import { createWakeSignal } from '../../wake-signal.ts'
import type { ConnectionBudget } from '../connection/budget.ts'
import type { Connection } from '../connection/open.ts'
import type { ImapTimes } from '../connection/times.ts'
import { createIdleLoop } from './idle.ts'

export interface FolderWatcherOptions {
  readonly name: string
  readonly budget: ConnectionBudget
  readonly open: (signal: AbortSignal) => Promise<Connection>
  readonly onChange: (path: string) => void
  /** Reads the newest messages of this folder, which is selected on the connection. */
  readonly read: (connection: Connection, path: string) => Promise<void>
  readonly log: SourceLog
  readonly times: ImapTimes
}

/** Watches until `signal` aborts. */
export function createFolderWatchers(signal: AbortSignal, { name, budget, open, onChange, read, log, times }: FolderWatcherOptions) {
  const tasks = new Map<string, AbortController>()
  const live = new Set<string>()

  async function watchOnce(path: string, stopped: AbortSignal): Promise<never> {
    const connection = await budget.open(() => open(stopped))
    const { client, lost } = connection
    const sleeper = createWakeSignal(lost)
    let timer: NodeJS.Timeout | undefined
    const closeAfter = (ms: number): void => {
      timer = setTimeout(() => connection.close(new SourceError('network', `${name} stopped answering.`)), ms)
    }
    try {
      closeAfter(times.firstPoll)
      await client.mailboxOpen(path, { readOnly: true })
      const notify = (): void => {
        onChange(path)
        sleeper.wake()
      }
      for (const event of ['exists', 'expunge', 'flags']) client.on(event, notify)
      const onRefused = (): void => connection.close(new SourceError('protocol', `${name} does not push changes of ${path}.`))
      const idle = createIdleLoop(connection, onRefused, times)
      live.add(path)
      // Nothing reported the changes until now.
      onChange(path)
      for (;;) {
        await read(connection, path)
        clearTimeout(timer)
        idle.start()
        await sleeper.sleep(times.minPause, times.heartbeat)
        idle.stop()
        closeAfter(times.answer)
        await client.noop()
      }
    } finally {
      clearTimeout(timer)
      live.delete(path)
      connection.close(new SourceError('network', `${name} no longer watches ${path}.`))
    }
  }

  async function watchWithRetries(path: string, stopped: AbortSignal): Promise<void> {
    let failures = 0
    while (!stopped.aborted) {
      const startedAtMs = performance.now()
      try {
        await watchOnce(path, stopped)
      } catch (error) {
        if (stopped.aborted) return
        if (performance.now() - startedAtMs > times.heartbeat) failures = 0
        const retryInMs = backoffMs(failures++, { firstMs: times.extraPause, maxMs: times.extraPauseMax })
        const reason = error instanceof SourceError ? error.code : 'network'
        log.debug({ source: name, folder: path, reason, retryInMs }, 'a folder is not watched for now; polling it at the interval')
        await delay(retryInMs, undefined, { signal: stopped })
      }
    }
  }

  return {
    /** Watches these folders, the first ones where there are more than connections. */
    watch(paths: readonly string[]): void {
      const requested = new Set(paths.slice(0, budget.additional()))
      for (const [path, task] of tasks) {
        if (requested.has(path)) continue
        tasks.delete(path)
        task.abort()
      }
      for (const path of requested) {
        if (tasks.has(path) || signal.aborted) continue
        const task = new AbortController()
        tasks.set(path, task)
        // An aborted delay is no error.
        watchWithRetries(path, AbortSignal.any([signal, task.signal])).catch(() => undefined)
      }
    },
    /** Whether the server pushes changes of this folder now. */
    isWatched: (path: string): boolean => live.has(path),
  }
}

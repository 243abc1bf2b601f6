/**
 * Additional connections that wait in IDLE, one folder each, and only report changes: one place counts, so that a message
 * moved between two folders is counted once.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { backoffMs } from '../../../../common/async/backoff.ts'
import { SourceError, type SourceLog } from '../../source.ts'
import { createWakeSignal } from '../../lib/wake-signal.ts'
import type { ConnectionBudget } from '../connection/budget.ts'
import { selectFolder } from '../connection/exact-names.ts'
import type { Connection } from '../connection/open.ts'
import type { ImapTimes } from '../connection/times.ts'
import type { WireName } from '../names.ts'
import { createIdleLoop } from './idle.ts'

export interface FolderWatcherOptions {
  readonly name: string
  readonly budget: ConnectionBudget
  readonly open: (signal: AbortSignal) => Promise<Connection>
  readonly onChange: (folder: WireName) => void
  /** Reads the newest messages of this folder, which is selected on the connection. */
  readonly read: (connection: Connection, folder: WireName) => Promise<void>
  /** Its path in reports. */
  readonly pathOf: (folder: WireName) => string
  readonly log: SourceLog
  readonly times: ImapTimes
}

/** Watches until `signal` aborts. */
export function createFolderWatchers(
  signal: AbortSignal,
  { name, budget, open, onChange, read, pathOf, log, times }: FolderWatcherOptions,
) {
  const tasks = new Map<WireName, AbortController>()
  const live = new Set<WireName>()

  async function watchOnce(folder: WireName, stopped: AbortSignal): Promise<never> {
    const connection = await budget.open(() => open(stopped))
    const { client, lost } = connection
    const sleeper = createWakeSignal(lost)
    let timer: NodeJS.Timeout | undefined
    const closeAfter = (ms: number): void => {
      timer = setTimeout(() => connection.close(new SourceError('network', `${name} stopped answering.`)), ms)
    }
    try {
      closeAfter(times.firstPoll)
      await selectFolder(client, folder, true)
      const notify = (): void => {
        onChange(folder)
        sleeper.wake()
      }
      for (const event of ['exists', 'expunge', 'flags']) client.on(event, notify)
      const onRefused = (): void => connection.close(new SourceError('protocol', `${name} does not push changes of ${pathOf(folder)}.`))
      const idle = createIdleLoop(connection, onRefused, times)
      live.add(folder)
      // Nothing reported the changes until now.
      onChange(folder)
      for (;;) {
        await read(connection, folder)
        clearTimeout(timer)
        idle.start()
        await sleeper.sleep(times.minPause, times.heartbeat)
        idle.stop()
        closeAfter(times.answer)
        await client.noop()
      }
    } finally {
      clearTimeout(timer)
      live.delete(folder)
      connection.close(new SourceError('network', `${name} no longer watches ${pathOf(folder)}.`))
    }
  }

  async function watchWithRetries(folder: WireName, stopped: AbortSignal): Promise<void> {
    let failures = 0
    while (!stopped.aborted) {
      const startedAtMs = performance.now()
      try {
        await watchOnce(folder, stopped)
      } catch (error) {
        if (stopped.aborted) return
        if (performance.now() - startedAtMs > times.heartbeat) failures = 0
        const retryInMs = backoffMs(failures++, { firstMs: times.extraPause, maxMs: times.extraPauseMax })
        const reason = error instanceof SourceError ? error.code : 'network'
        log.debug(
          { source: name, folder: pathOf(folder), reason, retryInMs },
          'a folder is not watched for now; polling it at the interval',
        )
        await delay(retryInMs, undefined, { signal: stopped })
      }
    }
  }

  return {
    /** Watches these folders, the first ones where there are more than connections. */
    watch(folders: readonly WireName[]): void {
      const requested = new Set(folders.slice(0, budget.additional()))
      for (const [folder, task] of tasks) {
        if (requested.has(folder)) continue
        tasks.delete(folder)
        task.abort()
      }
      for (const folder of requested) {
        if (tasks.has(folder) || signal.aborted) continue
        const task = new AbortController()
        tasks.set(folder, task)
        // An aborted delay is no error.
        watchWithRetries(folder, AbortSignal.any([signal, task.signal])).catch(() => undefined)
      }
    },
    /** Whether the server pushes changes of this folder now. */
    isWatched: (folder: WireName): boolean => live.has(folder),
  }
}

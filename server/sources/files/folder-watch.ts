/**
 * Watches one directory: which of its names came, went or, where asked for, were written to.
 *
 * What lies in it is never looked at here, so that ten thousands of files cost nothing but their names' events.
 */
import { type FSWatcher, watch } from 'node:fs'
import { basename } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { errorCode } from './errors.ts'

export interface FolderWatch {
  /** False where the system watches no more than it does already: then nothing is ever told. */
  readonly isTold: boolean
  isPending(): boolean
  /** The names that were told since this was asked last; null where anything may have changed, the directory itself too. */
  take(): ReadonlySet<string> | null
  close(): void
}

export interface WatchOptions {
  /** Called for each event. */
  readonly wake: () => void
  /** Tells also of files whose content or mode changes. */
  readonly contents?: boolean
  /** Names that it is not about. */
  readonly ignores?: (name: string) => boolean
}

/** Names that are kept; to look at more of them one by one costs more than to look at all. */
const NAMES_MOST = 1_000

/** inotify has no watch left (ENOSPC) or no further instance (EMFILE). */
const NO_MORE = new Set(['ENOSPC', 'EMFILE', 'ENFILE'])

/** What decoding leaves where a name is no UTF-8: no path leads back to it. */
const UNDECODED = '\ufffd'

/** @throws the system's error where there is no such directory */
export function watchFolder(path: string, { wake, contents = false, ignores }: WatchOptions): FolderWatch {
  const own = basename(path)
  let names: Set<string> | null = new Set()
  const anything = (): void => {
    names = null
    wake()
  }
  let watcher: FSWatcher | null = null
  try {
    watcher = watch(path, (event, name) => {
      if (name === null || name === own || name.includes(UNDECODED)) return anything()
      if ((event === 'change' && !contents) || ignores?.(name) === true) return
      if (names !== null && names.size >= NAMES_MOST) names = null
      names?.add(name)
      wake()
    })
    watcher.on('error', anything)
  } catch (error) {
    if (!NO_MORE.has(errorCode(error))) throw error
  }
  return {
    isTold: watcher !== null,
    isPending: () => names === null || names.size > 0,
    take() {
      const taken = names
      names = new Set()
      return taken
    },
    close: () => watcher?.close(),
  }
}

/**
 * Resolves once every event has arrived of what changed before the call. The system queues an event before the change
 * returns, and the event loop has asked for all that is queued when it has gone around once.
 */
export async function eventsToArrive(): Promise<void> {
  await setImmediate()
  await setImmediate()
}

/**
 * Watches one directory: which of its names came, went or, where asked for, were written to.
 *
 * What lies in it is never looked at here, so that ten thousands of files cost nothing but their names' events.
 */
import { basename } from 'node:path'
import { startWatch } from './watch.ts'

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

/** @throws the system's error where there is no such directory */
export function watchFolder(path: string, { wake, contents = false, ignores }: WatchOptions): FolderWatch {
  const own = basename(path)
  let names: Set<string> | null = new Set()
  function anything(): void {
    names = null
    wake()
  }
  const watch = startWatch(path, {
    anything,
    event(event, name) {
      // What happens to the directory itself bears its own name.
      if (name === own) return anything()
      if ((event === 'change' && !contents) || ignores?.(name) === true) return
      if (names !== null && names.size >= NAMES_MOST) names = null
      names?.add(name)
      wake()
    },
  })
  return {
    get isTold() {
      return watch?.isAlive === true
    },
    isPending: () => names === null || names.size > 0,
    take() {
      const taken = names
      names = new Set()
      return taken
    },
    close: () => watch?.close(),
  }
}

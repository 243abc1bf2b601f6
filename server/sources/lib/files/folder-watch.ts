/** Watches one directory: which names came, went or, on request, were written to. It never reads the directory. */
import { basename } from 'node:path'
import { startWatch } from './watch.ts'

export type FolderWatch = ReturnType<typeof watchFolder>

interface WatchOptions {
  /** Called for each event. */
  readonly wake: () => void
  /** Reports also files whose content or mode changes. */
  readonly contents?: boolean
  readonly ignores?: (name: string) => boolean
}

/** Beyond this number, reading the whole directory is cheaper than checking each name. */
const MAX_NAMES = 1_000

/** @throws the system's error where there is no such directory */
export function watchFolder(path: string, { wake, contents = false, ignores }: WatchOptions) {
  const own = basename(path)
  let names: Set<string> | null = new Set()
  function onAnything(): void {
    names = null
    wake()
  }
  const watch = startWatch(path, {
    onAnything,
    onEvent(event, name) {
      // An event of the directory itself has its own name.
      if (name === own) return onAnything()
      if ((event === 'change' && !contents) || ignores?.(name) === true) return
      if (names !== null && names.size >= MAX_NAMES) names = null
      names?.add(name)
      wake()
    },
  })
  return {
    /** False where the system watches no more files: then nothing is ever reported. */
    get isAlive() {
      return watch?.isAlive === true
    },
    hasChanges: () => names === null || names.size > 0,
    /** The names that changed since the previous call; null where anything may have changed, the directory included. */
    takeChanges(): ReadonlySet<string> | null {
      const taken = names
      names = new Set()
      return taken
    },
    close: () => watch?.close(),
  }
}

/** Which accounts' directories changed: each has a watch, or one watch covers the tree where the system supports that. */
import { join, sep } from 'node:path'
import { startWatch, type Watch } from '../lib/files/watch.ts'

export type Watches = ReturnType<typeof watchAll>

/** Linux cannot watch trees; Node emulates it there with a stat of every file. */
const WATCHES_TREES = process.platform === 'darwin' || process.platform === 'win32'

/** @throws the system's error where there is no such directory */
export function watchAll(path: string, wake: () => void) {
  const watches = new Map<string, Watch>()
  let hasAll = true
  let isClosed = false
  let changes: Set<string> | null = new Set()

  function remove(name: string): void {
    watches.get(name)?.close()
    watches.delete(name)
  }
  function onAnything(): void {
    changes = null
    // Watched directories may have been replaced.
    for (const name of watches.keys()) remove(name)
    wake()
  }
  function addChange(name: string): void {
    changes?.add(name)
    wake()
  }

  const top = startWatch(
    path,
    {
      onAnything,
      onEvent(event, name) {
        const [account = name] = name.split(sep)
        if (event === 'rename') remove(account)
        addChange(account)
        // An event of the directory itself has its own name.
        if (path.endsWith(`${sep}${name}`)) onAnything()
      },
    },
    { recursive: WATCHES_TREES },
  )

  return {
    /** False where the system does not watch all directories. */
    get isComplete() {
      return hasAll && top?.isAlive === true
    },
    /** Watches the directory of this name, unless it is watched already. */
    add(name: string) {
      if (WATCHES_TREES || watches.get(name)?.isAlive === true || !hasAll || isClosed) return
      const onChange = (): void => addChange(name)
      const watch = startWatch(join(path, name), { onAnything: onChange, onEvent: onChange })
      if (watch) watches.set(name, watch)
      else hasAll = false
    },
    remove,
    /** Names that came or went in `path`, or whose directory changed, since the previous call; null where any may have. */
    takeChanges(): ReadonlySet<string> | null {
      const taken = changes
      changes = new Set()
      return taken
    },
    close() {
      isClosed = true
      top?.close()
      for (const name of watches.keys()) remove(name)
    },
  }
}

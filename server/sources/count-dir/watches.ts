/** Which accounts' directories changed: watched each for itself, or all at once where the system can watch a whole tree. */
import { join, sep } from 'node:path'
import { startWatch, type Watch } from '../files/watch.ts'

export interface Watches {
  /** False where the system tells not of all directories. */
  readonly isTold: boolean
  /** Watches the directory of this name, where it is not watched yet. */
  follow(name: string): void
  forget(name: string): void
  /** Names in `path`, and of directories in which something changed, since this was asked last; null for any of them. */
  take(): ReadonlySet<string> | null
  close(): void
}

/** Linux watches no trees; Node's stand-in for that stats every file. */
const WATCHES_TREES = process.platform === 'darwin' || process.platform === 'win32'

/** @throws the system's error where there is no such directory */
export function watchAll(path: string, wake: () => void): Watches {
  const each = new Map<string, Watch>()
  let isTold = true
  let closed = false
  let changed: Set<string> | null = new Set()

  function anything(): void {
    changed = null
    // Directories may have come in the place of those that are watched.
    for (const name of each.keys()) forget(name)
    wake()
  }
  function forget(name: string): void {
    each.get(name)?.close()
    each.delete(name)
  }
  function tell(name: string): void {
    changed?.add(name)
    wake()
  }

  const top = startWatch(
    path,
    {
      anything,
      event(event, name) {
        const [first = name] = name.split(sep)
        if (event === 'rename') forget(first)
        tell(first)
        // Also what happens to the directory itself, which bears its own name.
        if (path.endsWith(`${sep}${name}`)) anything()
      },
    },
    { recursive: WATCHES_TREES },
  )

  return {
    get isTold() {
      return isTold && top?.isAlive === true
    },
    follow(name) {
      if (WATCHES_TREES || each.get(name)?.isAlive === true || !isTold || closed) return
      const here = (): void => tell(name)
      const watch = startWatch(join(path, name), { anything: here, event: here })
      if (watch) each.set(name, watch)
      else isTold = false
    },
    forget,
    take() {
      const taken = changed
      changed = new Set()
      return taken
    },
    close() {
      closed = true
      top?.close()
      for (const watch of each.values()) watch.close()
      each.clear()
    },
  }
}

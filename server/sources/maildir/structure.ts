/** Follows the folders in a Maildir; they are read again when a directory came, went or replaced another. */
import { join, sep } from 'node:path'
import { lstatIfPresent } from '../lib/files/errors.ts'
import { type FolderWatch, watchFolder } from '../lib/files/folder-watch.ts'
import { type Layout, readLayout, SUBS } from './layout.ts'

export interface NewLayout extends Layout {
  /** Whether another directory may be at this path now. */
  isTouched(dir: string): boolean
}

/** How often the layout is read again because directories came before their watches. */
const MAX_READS = 5

/** @param isDeep follows also what comes and goes in folders */
export function followStructure(root: string, isDeep: boolean, wake: () => void) {
  const watches = new Map<string, FolderWatch>()
  let known: ReadonlySet<string> = new Set()
  let isInvalid = true
  let isClosed = false

  /** Directories that came, went, or were replaced. */
  async function touchedDirs(): Promise<readonly string[]> {
    const touched: string[] = []
    for (const [dir, watch] of watches) {
      if (!watch.hasChanges()) continue
      const names = watch.takeChanges()
      if (names === null) touched.push(dir)
      for (const name of names ?? []) {
        const path = join(dir, name)
        if (SUBS.has(name)) touched.push(dir)
        else if (known.has(path) || (await isDirectory(path))) touched.push(path)
      }
    }
    return touched
  }

  function unwatch(matches: (dir: string) => boolean): void {
    for (const [dir, watch] of watches) {
      if (!matches(dir)) continue
      watch.close()
      watches.delete(dir)
    }
  }

  /** True where some of the directories were not watched before. */
  function watchAll(dirs: readonly string[]): boolean {
    let hasAdded = false
    for (const dir of isClosed ? [] : dirs.filter((each) => !watches.has(each))) {
      try {
        watches.set(dir, watchFolder(dir, { wake }))
        hasAdded = true
      } catch (error) {
        // It has gone already, which the watch of its parent reports, or it is unreadable.
        if (dir === root) throw error
      }
    }
    return hasAdded
  }

  return {
    /** False where the system does not watch everything. */
    isWatched: () => [...watches.values()].every(({ isAlive }) => isAlive),
    isPending: () => isInvalid || [...watches.values()].some((watch) => watch.hasChanges()),
    /** From now on, everything may have changed. */
    invalidate() {
      isInvalid = true
    },
    /**
     * The folders, or null where nothing has changed since the previous call.
     * @throws the system's error where the Maildir is unreadable
     */
    async read(): Promise<NewLayout | null> {
      const touched = isInvalid ? [root] : await touchedDirs()
      if (touched.length === 0) return null
      isInvalid = false
      const isTouched = (dir: string): boolean => touched.some((path) => dir === path || dir.startsWith(path + sep))
      unwatch(isTouched)
      watchAll([root])
      let layout = await readLayout(root)
      if (isDeep) for (let reads = 0; reads < MAX_READS && watchAll(layout.dirs); reads += 1) layout = await readLayout(root)
      known = new Set(layout.dirs)
      unwatch((dir) => !known.has(dir))
      return { ...layout, isTouched }
    },
    close() {
      isClosed = true
      unwatch(() => true)
    },
  }
}

/** True also where the system does not say. */
async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await lstatIfPresent(path))?.isDirectory() === true
  } catch {
    return true
  }
}

/** Follows which folders lie in a Maildir: read anew when a directory came, went or took the place of another. */
import { lstat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { isMissing } from '../files/errors.ts'
import { type FolderWatch, watchFolder } from '../files/folder-watch.ts'
import { type Layout, readLayout, SUBS } from './layout.ts'

export interface NewLayout extends Layout {
  /** Whether this directory may be another than before, although its path is the same. */
  isTouched(dir: string): boolean
}

export interface Structure {
  /** False where the system does not watch all of it. */
  readonly isTold: boolean
  isPending(): boolean
  /** From now on, all of it may be another. */
  doubt(): void
  /**
   * What lies there, or null where nothing has changed since this was asked last.
   * @throws the system's error where the Maildir cannot be read
   */
  read(): Promise<NewLayout | null>
  close(): void
}

/** How often it is read again because directories came before their watches. */
const READS = 5

/** @param isDeep follows also what comes and goes within folders */
export function followStructure(root: string, isDeep: boolean, wake: () => void): Structure {
  const watches = new Map<string, FolderWatch>()
  let known: ReadonlySet<string> = new Set()
  let doubted = true
  let closed = false

  /** Directories that came, went, or may be others. */
  async function touchedSince(): Promise<readonly string[]> {
    const touched: string[] = []
    for (const [dir, watch] of watches) {
      if (!watch.isPending()) continue
      const names = watch.take()
      if (names === null) touched.push(dir)
      for (const name of names ?? []) {
        const path = join(dir, name)
        if (SUBS.has(name)) touched.push(dir)
        else if (known.has(path) || (await isDirectory(path))) touched.push(path)
      }
    }
    return touched
  }

  function unwatch(isOne: (dir: string) => boolean): void {
    for (const [dir, watch] of watches) {
      if (!isOne(dir)) continue
      watch.close()
      watches.delete(dir)
    }
  }

  /** True where there were directories that were not watched. */
  function watchAll(dirs: readonly string[]): boolean {
    const fresh = closed ? [] : dirs.filter((dir) => !watches.has(dir))
    for (const dir of fresh) {
      try {
        watches.set(dir, watchFolder(dir, { wake }))
      } catch (error) {
        // It has gone already, which the watch of what it lay in tells.
        if (dir === root || !isMissing(error)) throw error
      }
    }
    return fresh.length > 0
  }

  return {
    get isTold() {
      return [...watches.values()].every(({ isTold }) => isTold)
    },
    isPending: () => doubted || [...watches.values()].some((watch) => watch.isPending()),
    doubt() {
      doubted = true
    },
    async read() {
      const touched = doubted ? [root] : await touchedSince()
      if (touched.length === 0) return null
      doubted = false
      const isTouched = (dir: string): boolean => touched.some((path) => dir === path || dir.startsWith(path + sep))
      unwatch(isTouched)
      watchAll([root])
      let layout = await readLayout(root)
      if (isDeep) for (let reads = 0; reads < READS && watchAll(layout.dirs); reads += 1) layout = await readLayout(root)
      known = new Set(layout.dirs)
      unwatch((dir) => !known.has(dir))
      return { ...layout, isTouched }
    },
    close() {
      closed = true
      unwatch(() => true)
    },
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory()
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

/** All folders of one Maildir that are counted, followed as they come and go. */
import type { MaildirSourceConfig } from '../../config.ts'
import { LIMITS, type Folder } from '../../protocol.ts'
import { isMissing } from '../files/errors.ts'
import { type FolderWatch, watchFolder } from '../files/folder-watch.ts'
import { eventsToArrive } from '../files/watch.ts'
import { type ChosenFolder, chooseFolders } from '../imap/folders.ts'
import { SourceError, type SourceLog } from '../source.ts'
import { readable } from '../words.ts'
import { type MailFolder, openMailFolder } from './folder.ts'
import { type DiskFolder, readLayout } from './layout.ts'

export interface CountedFolder {
  readonly folder: Folder & { readonly total: number }
  readonly disk: MailFolder
}

export interface Box {
  /**
   * Counts what changed, or everything where `all` is true.
   * @throws SourceError, or the system's error
   */
  count(all: boolean): Promise<readonly CountedFolder[]>
  /** False where the system does not watch all that it should. */
  isWatched(): boolean
  close(): void
}

/** Under a storm of changes, what was read last is told after so many passes: a mail may then be missed for a moment. */
const PASSES = 8

/** What programs write beside the folders, and rewrite with every change. */
const NO_FOLDER = /^(?:dovecot|courier|maildir|subscriptions)/i

export const NO_NAMESPACES = { own: '', others: [] }

interface Open {
  readonly disk: MailFolder
  readonly chosen: ChosenFolder
}

export function openBox({ name, path, folders: wanted }: MaildirSourceConfig, log: SourceLog, wake: () => void): Box {
  /** Without choice there is nothing to follow but the Maildir itself. */
  const followsFolders = wanted.some((entry) => entry.toUpperCase() !== 'INBOX')
  /** Directories in which folders come and go. */
  const structure = new Map<string, FolderWatch>()
  let open = new Map<string, Open>()
  let missing: ReadonlySet<string> = new Set()
  let listed = false
  let closed = false

  function watchStructure(dirs: readonly string[]): void {
    if (closed) return
    const wantedDirs = new Set(dirs)
    for (const [dir, watch] of structure) if (!wantedDirs.has(dir)) unwatch(dir, watch)
    for (const dir of dirs) {
      if (!structure.has(dir)) structure.set(dir, watchFolder(dir, { wake, ignores: (inner) => NO_FOLDER.test(inner) }))
    }
  }

  function unwatch(dir: string, watch: FolderWatch): void {
    watch.close()
    structure.delete(dir)
  }

  const structureIsPending = (): boolean => [...structure.values()].some((watch) => watch.isPending())

  async function list(): Promise<void> {
    // Where anything changed, a watch may be of a directory that has moved away.
    for (const [dir, watch] of structure) if (watch.isPending()) unwatch(dir, watch)
    watchStructure([path])
    let layout = await readLayout(path)
    if (followsFolders) {
      watchStructure(layout.dirs)
      // Again, for a folder may have come before its watch.
      layout = await readLayout(path)
    }
    take(chooseFolders(wanted, layout.folders, NO_NAMESPACES), layout.folders)
    listed = true
  }

  function take(chosen: readonly ChosenFolder[], disks: readonly DiskFolder[]): void {
    if (closed) return
    const byPath = new Map(disks.map((disk) => [disk.path, disk]))
    const next = new Map<string, Open>()
    const lacking = new Set<string>()
    for (const folder of chosen) {
      const disk = byPath.get(folder.path)
      if (!disk) lacking.add(folder.path)
      else {
        const known = open.get(folder.path)
        next.set(folder.path, { chosen: folder, disk: known?.disk.dir === disk.dir ? known.disk : openMailFolder(disk.dir, wake) })
      }
    }
    for (const [folder, { disk }] of open) if (next.get(folder)?.disk !== disk) disk.close()
    open = next
    for (const folder of lacking) {
      if (!missing.has(folder)) log.warn({ source: name, folder: readable(folder) }, 'folder is not there; the others are counted')
    }
    missing = lacking
    if (next.size > LIMITS.foldersPerAccount) {
      throw new SourceError('config', `${name} counts more than ${LIMITS.foldersPerAccount} folders; name fewer under folders.`)
    }
    if (next.size === 0) {
      throw new SourceError(
        'network',
        `None of the folders of ${name} is at ${path}; each needs the directories new and cur. They are looked for again.`,
      )
    }
  }

  async function pass(): Promise<void> {
    if (!listed || structureIsPending()) await list()
    for (const { disk } of open.values()) {
      try {
        if (disk.isPending()) await disk.read()
      } catch (error) {
        if (!isMissing(error)) throw error
        // It may have been deleted or renamed; where it has not, the list is of no help.
        listed = false
      }
    }
    await eventsToArrive()
  }

  const isSettled = (): boolean => listed && !structureIsPending() && [...open.values()].every(({ disk }) => !disk.isPending())

  return {
    async count(all) {
      if (all) {
        listed = false
        for (const [dir, watch] of structure) unwatch(dir, watch)
        for (const { disk } of open.values()) disk.doubt()
      }
      for (let passes = 0; passes < PASSES; passes += 1) {
        await pass()
        if (closed || isSettled()) break
      }
      const isUntold = [...open.values()].some(({ disk }) => disk.isPending() && !disk.hasEvents())
      if (!listed || isUntold) throw new SourceError('network', `${name} changes too fast to be counted; it is looked at again.`)
      return Array.from(open.values(), ({ disk, chosen: { path: folderPath, role } }) => {
        const { unread, total } = disk.tally
        return { folder: { path: readable(folderPath), ...(role !== undefined && { role }), unread, total }, disk }
      })
    },
    isWatched: () => [...structure.values(), ...Array.from(open.values(), ({ disk }) => disk)].every(({ isTold }) => isTold),
    close() {
      closed = true
      for (const { disk } of open.values()) disk.close()
      for (const watch of structure.values()) watch.close()
      structure.clear()
    },
  }
}

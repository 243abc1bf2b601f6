/** The counted folders of one Maildir, as they come and go. */
import { LIMITS, type Folder } from '../../../common/protocol/wire.ts'
import { readable } from '../../platform/text.ts'
import { isMissing } from '../files/errors.ts'
import { eventsToArrive } from '../files/watch.ts'
import { type ChosenFolder, chooseFolders } from '../folders/choose.ts'
import { countedFolder } from '../folders/counts.ts'
import { SourceError, type SourceLog } from '../source.ts'
import type { MaildirSourceConfig } from './config.ts'
import { type MessageFolder, openMessageFolder } from './folder.ts'
import { followStructure, type NewLayout } from './structure.ts'

export interface CountedFolder {
  readonly folder: Folder
  readonly disk: MessageFolder
}

/** While changes keep coming, the count after this many passes is reported; it may miss a message for a moment. */
const MAX_PASSES = 8

export function openMailbox({ name, path, folders: entries }: MaildirSourceConfig, log: SourceLog, wake: () => void) {
  // INBOX alone needs no watches below the Maildir itself.
  const isDeep = entries.some((entry) => entry.toUpperCase() !== 'INBOX')
  const structure = followStructure(path, isDeep, wake)
  let open = new Map<string, { readonly disk: MessageFolder; readonly chosen: ChosenFolder }>()
  let missing: ReadonlySet<string> = new Set()
  let isClosed = false

  const disks = (): readonly MessageFolder[] => Array.from(open.values(), ({ disk }) => disk)

  function apply({ folders, isTouched }: NewLayout): void {
    if (isClosed) return
    const next: typeof open = new Map()
    const nowMissing = new Set<string>()
    for (const chosen of chooseFolders(entries, folders)) {
      const dir = chosen.listed?.dir
      const known = open.get(chosen.path)?.disk
      if (dir === undefined) nowMissing.add(chosen.path)
      else {
        const disk = known?.dir === dir ? known : openMessageFolder(dir, wake)
        if (isTouched(dir)) disk.invalidate()
        next.set(chosen.path, { chosen, disk })
      }
    }
    for (const [folder, { disk }] of open) if (next.get(folder)?.disk !== disk) disk.close()
    open = next
    for (const folder of nowMissing) {
      if (!missing.has(folder)) log.warn({ source: name, folder: readable(folder) }, 'folder does not exist; the others are counted')
    }
    missing = nowMissing
    if (next.size > LIMITS.foldersPerAccount)
      throw new SourceError('config', `${name} counts more than ${LIMITS.foldersPerAccount} folders; name fewer under folders.`)
    if (next.size === 0)
      throw new SourceError('network', `None of the folders of ${name} is at ${path}; each needs the directories new and cur. Retrying.`)
  }

  async function pass(): Promise<void> {
    const layout = await structure.read()
    if (layout) apply(layout)
    for (const disk of disks()) {
      try {
        if (disk.isPending()) await disk.read()
      } catch (error) {
        if (!isMissing(error)) throw error
        // It was deleted or renamed after the structure was read.
        structure.invalidate()
      }
    }
    await eventsToArrive()
  }

  const isSettled = (): boolean => !structure.isPending() && disks().every((disk) => !disk.isPending())

  return {
    /** Counts what changed, or everything where `all` is true. @throws SourceError, or the system's error */
    async count(all: boolean): Promise<readonly CountedFolder[]> {
      if (all) structure.invalidate()
      for (let passes = 0; passes < MAX_PASSES; passes += 1) {
        await pass()
        if (isClosed || isSettled()) break
      }
      if (disks().some((disk) => disk.isPending() && !disk.hasEvents()))
        throw new SourceError('network', `${name} changes too fast to be counted; retrying.`)
      return Array.from(open.values(), ({ disk, chosen }) => ({ folder: countedFolder(chosen, disk.tally), disk }))
    },
    /** False where the system does not watch everything. */
    isWatched: () => structure.isWatched() && disks().every((disk) => disk.isWatched()),
    close() {
      isClosed = true
      for (const disk of disks()) disk.close()
      structure.close()
    },
  }
}

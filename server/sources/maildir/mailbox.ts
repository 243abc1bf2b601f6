/** All folders of one Maildir that are counted, followed as they come and go. */
import type { MaildirSourceConfig } from './config.ts'
import { LIMITS, type Folder } from '../../../common/protocol/wire.ts'
import { isMissing } from '../files/errors.ts'
import { eventsToArrive } from '../files/watch.ts'
import { type ChosenFolder, chooseFolders } from '../folders/choose.ts'
import { countedFolder } from '../folders/counts.ts'
import { SourceError, type SourceLog } from '../source.ts'
import { readable } from '../../platform/text.ts'
import { type MailFolder, openMailFolder } from './folder.ts'
import { followStructure, type NewLayout } from './structure.ts'

export interface CountedFolder {
  readonly folder: Folder
  readonly disk: MailFolder
}

export interface Mailbox {
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

interface Open {
  readonly disk: MailFolder
  readonly chosen: ChosenFolder
}

export function openMailbox({ name, path, folders: wanted }: MaildirSourceConfig, log: SourceLog, wake: () => void): Mailbox {
  // Without choice there is nothing to follow but the Maildir itself.
  const isDeep = wanted.some((entry) => entry.toUpperCase() !== 'INBOX')
  const structure = followStructure(path, isDeep, wake)
  let open = new Map<string, Open>()
  let missing: ReadonlySet<string> = new Set()
  let closed = false

  function take({ folders, isTouched }: NewLayout): void {
    if (closed) return
    const byPath = new Map(folders.map((disk) => [disk.path, disk]))
    const next = new Map<string, Open>()
    const lacking = new Set<string>()
    for (const chosen of chooseFolders(wanted, folders)) {
      const dir = byPath.get(chosen.path)?.dir
      const known = open.get(chosen.path)?.disk
      if (dir === undefined) lacking.add(chosen.path)
      else if (known?.dir !== dir) next.set(chosen.path, { chosen, disk: openMailFolder(dir, wake) })
      else {
        next.set(chosen.path, { chosen, disk: known })
        if (isTouched(dir)) known.doubt()
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
    const layout = await structure.read()
    if (layout) take(layout)
    for (const { disk } of open.values()) {
      try {
        if (disk.isPending()) await disk.read()
      } catch (error) {
        if (!isMissing(error)) throw error
        // It was deleted or renamed, and the structure was read before that.
        structure.doubt()
      }
    }
    await eventsToArrive()
  }

  const isSettled = (): boolean => !structure.isPending() && [...open.values()].every(({ disk }) => !disk.isPending())

  return {
    async count(all) {
      if (all) structure.doubt()
      for (let passes = 0; passes < PASSES; passes += 1) {
        await pass()
        if (closed || isSettled()) break
      }
      const isUntold = [...open.values()].some(({ disk }) => disk.isPending() && !disk.hasEvents())
      if (isUntold) throw new SourceError('network', `${name} changes too fast to be counted; it is looked at again.`)
      return Array.from(open.values(), ({ disk, chosen }) => ({ folder: countedFolder(chosen, disk.tally), disk }))
    },
    isWatched: () => [structure, ...Array.from(open.values(), ({ disk }) => disk)].every(({ isTold }) => isTold),
    close() {
      closed = true
      for (const { disk } of open.values()) disk.close()
      structure.close()
    },
  }
}

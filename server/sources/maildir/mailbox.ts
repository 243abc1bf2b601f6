/** The counted folders of one Maildir, as they come and go. */
import { LIMITS, type Folder } from '../../../common/protocol/wire.ts'
import { readable } from '../../platform/text.ts'
import { explainFileError, isMissing } from '../lib/files/errors.ts'
import { eventsToArrive } from '../lib/files/watch.ts'
import { type ChosenFolder, chooseFolders } from '../lib/folders/choose.ts'
import { countedFolder } from '../lib/folders/counts.ts'
import { SourceError, type SourceLog } from '../source.ts'
import type { MaildirSourceConfig } from './config.ts'
import { type MessageFolder, openMessageFolder } from './folder.ts'
import type { DiskFolder, UnreadableFolder } from './layout.ts'
import { followStructure, type NewLayout } from './structure.ts'

export interface CountedFolder {
  readonly folder: Folder
  readonly disk: MessageFolder
}

export interface CountedMailbox {
  readonly counted: readonly CountedFolder[]
  /** A sentence for each folder that cannot be read. */
  readonly missing: readonly string[]
}

/** While changes keep coming, the count after this many passes is reported; it may miss a message for a moment. */
const MAX_PASSES = 8

export function openMailbox({ name, path, folders: entries }: MaildirSourceConfig, log: SourceLog, wake: () => void) {
  // INBOX alone needs no watches below the Maildir itself.
  const isDeep = entries.some((entry) => entry.toUpperCase() !== 'INBOX')
  const structure = followStructure(path, isDeep, wake)
  let open = new Map<string, { readonly disk: MessageFolder; readonly chosen: ChosenFolder }>()
  let order: readonly string[] = []
  /** Why a folder cannot be read, by its path. */
  let errors = new Map<string, unknown>()
  /** The last count of each folder that could be read once. */
  const last = new Map<string, CountedFolder>()
  let missing: ReadonlySet<string> = new Set()
  let isClosed = false

  const disks = (): readonly MessageFolder[] => Array.from(open.values(), ({ disk }) => disk)
  const readableDisks = (): readonly MessageFolder[] => [...open].flatMap(([folder, { disk }]) => (errors.has(folder) ? [] : [disk]))

  async function apply({ folders, unreadable, isTouched }: NewLayout): Promise<void> {
    const paths = new Set(folders.map((folder) => folder.path))
    const listed = [...folders, ...unreadable.filter((folder) => !paths.has(folder.path))]
    const chosenFolders = await chooseFolders<DiskFolder | UnreadableFolder>(entries, listed)
    if (isClosed) return
    errors = new Map()
    const next: typeof open = new Map()
    const nowMissing = new Set<string>()
    for (const chosen of chosenFolders) {
      const known = open.get(chosen.path)?.disk
      if (!chosen.listed) nowMissing.add(chosen.path)
      else if ('error' in chosen.listed) errors.set(chosen.path, chosen.listed.error)
      else {
        const { dir } = chosen.listed
        const disk = known?.dir === dir ? known : openMessageFolder(dir, wake)
        if (isTouched(dir)) disk.invalidate()
        next.set(chosen.path, { chosen, disk })
      }
    }
    for (const [folder, { disk }] of open) if (next.get(folder)?.disk !== disk) disk.close()
    open = next
    order = chosenFolders.map((chosen) => chosen.path)
    for (const folder of nowMissing) {
      if (!missing.has(folder)) log.warn({ source: name, folder: readable(folder) }, 'folder does not exist; the others are counted')
    }
    missing = nowMissing
    if (next.size > LIMITS.foldersPerAccount)
      throw new SourceError('config', `${name} counts more than ${LIMITS.foldersPerAccount} folders; name fewer under folders.`)
    for (const folder of last.keys()) if (!next.has(folder) && !errors.has(folder)) last.delete(folder)
    if (next.size === 0 && errors.size === 0)
      throw new SourceError('network', `None of the folders of ${name} is at ${path}; each needs the directories new and cur. Retrying.`)
  }

  async function pass(): Promise<void> {
    const layout = await structure.read()
    if (layout) await apply(layout)
    for (const [folder, { disk }] of open) {
      try {
        if (disk.isPending() && !errors.has(folder)) await disk.read()
      } catch (error) {
        // It was deleted or renamed after the structure was read.
        if (isMissing(error)) structure.invalidate()
        else errors.set(folder, error)
      }
    }
    await eventsToArrive()
  }

  const isSettled = (): boolean => !structure.isPending() && readableDisks().every((disk) => !disk.isPending())

  return {
    /** Counts what changed, or everything where `all` is true. @throws SourceError, or the system's error */
    async count(all: boolean): Promise<CountedMailbox> {
      if (all) structure.invalidate()
      for (let passes = 0; passes < MAX_PASSES; passes += 1) {
        await pass()
        if (isClosed || isSettled()) break
      }
      if (readableDisks().some((disk) => disk.isPending() && !disk.hasEvents()))
        throw new SourceError('network', `${name} changes too fast to be counted; retrying.`)
      const [error] = errors.values()
      if (errors.size > 0 && readableDisks().length === 0) throw error
      for (const [folder, { disk, chosen }] of open)
        if (!errors.has(folder)) last.set(folder, { folder: countedFolder(chosen, disk.tally), disk })
      const counted = order.flatMap((folder): CountedFolder[] => {
        const count = last.get(folder)
        if (!count) return []
        return [errors.has(folder) ? { ...count, folder: { ...count.folder, status: 'stale' } } : count]
      })
      return { counted, missing: Array.from(errors, ([folder, cause]) => explainUnreadable(cause, readable(folder))) }
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

/** @throws the error where it is not one of the system */
function explainUnreadable(error: unknown, folder: string): string {
  const explained = explainFileError(error, folder)
  if (explained) return explained.message
  throw error
}

/** Counts the folders of one account over one connection. */
import { setTimeout as delay } from 'node:timers/promises'
import type { ImapFlowError } from 'imapflow'
import { isServerBusy } from '../mail/server-busy.ts'
import { SourceError } from '../source.ts'
import { isListed } from './commands/list.ts'
import { searchUnread } from './commands/search.ts'
import { canListStatus, type FolderCounts, folderStatus, listStatus } from './commands/status.ts'
import { selectFolder } from './connection/exact-names.ts'
import type { Connection } from './connection/open.ts'
import type { ImapTimes } from './connection/times.ts'
import type { FolderSet } from './folder-set.ts'
import type { WireName } from './names.ts'
import type { ServerQuirks } from './server-quirks.ts'

/** A sum over folders is reported once two passes agree, since a message may be moved in between; but not endlessly. */
const MAX_PASSES = 4
/** Folders that one poll asks for with STATUS; without LIST-STATUS the others have to wait for the next polls. */
const STATUS_BATCH = 20

/** What to count beside the selected folder. */
interface CountScope {
  /** The other folders; without them, their previous counts stand. */
  readonly otherFolders: boolean
  /** Known to have changed, so counted first. */
  readonly changed: ReadonlySet<WireName>
}

interface Pass {
  readonly counts: ReadonlyMap<WireName, FolderCounts>
  /** UIDs of the newest unread messages of the selected folder. */
  readonly newest: readonly number[]
}

/** @returns a function that counts. It throws SourceError, or what the connection throws. */
export function createFolderCounter(
  connection: Connection,
  folders: FolderSet,
  host: string,
  { requiresReselect }: ServerQuirks,
  { moveGrace }: ImapTimes,
) {
  const { client } = connection
  let previous: ReadonlyMap<WireName, FolderCounts> = new Map()
  let previousPass: string | undefined
  let nextInRotation = 0

  /** Null for a missing folder. */
  async function countByStatus(name: WireName): Promise<FolderCounts | null> {
    if (folders.isSkipped(name)) return null
    try {
      const counts = await folderStatus(client, name, folders.resolve)
      if (counts) return counts
    } catch (error) {
      if (!(error instanceof Error) || connection.lost.aborted) throw error
      const { responseStatus, responseText }: ImapFlowError = error
      if (responseStatus !== 'NO') throw error
      // Few servers send a response code for a missing folder; for the others, their list decides.
      if (folders.isMissing(name, responseText) || !(await isListed(client, name))) {
        folders.markMissing(name)
        return null
      }
    }
    throw new SourceError('rate', `${host} does not count the folder ${folders.pathOf(name)} at the moment; retrying.`)
  }

  /** By STATUS where SEARCH does not tell; after another SELECT, since STATUS may be outdated for a folder that is selected. */
  async function countSelected(name: WireName): Promise<FolderCounts & Pick<Pass, 'newest'>> {
    const found = await searchUnread(connection)
    if (found && client.mailbox) return { ...found, total: client.mailbox.exists }
    const code = isServerBusy(connection.lastErrorCode) ? 'rate' : 'protocol'
    await selectFolder(client, name, true)
    const counts = await folderStatus(client, name, folders.resolve)
    if (!counts) throw new SourceError(code, `${host} does not count the unread messages of ${folders.pathOf(name)}.`)
    return { ...counts, newest: [] }
  }

  async function countOthers(names: readonly WireName[]): Promise<ReadonlyMap<WireName, FolderCounts | null>> {
    const counted = new Map<WireName, FolderCounts | null>(canListStatus(client) ? await listStatus(client, names, folders.resolve) : [])
    for (const name of names) if (!counted.has(name)) counted.set(name, await countByStatus(name))
    for (const [name, counts] of counted) if (counts) folders.markCounted(name)
    return counted
  }

  /** The other folders that this poll counts. */
  function nextBatch(changed: ReadonlySet<WireName>): readonly WireName[] {
    const others = folders.others()
    if (canListStatus(client) || others.length <= STATUS_BATCH || previous.size === 0) return others
    const first = others.filter((name) => changed.has(name) || !previous.has(name)).slice(0, STATUS_BATCH)
    const rest = [...others.slice(nextInRotation), ...others.slice(0, nextInRotation)]
      .filter((name) => !first.includes(name))
      .slice(0, STATUS_BATCH - first.length)
    const last = rest.at(-1)
    nextInRotation = (last === undefined ? 0 : others.indexOf(last) + 1) % others.length
    return [...first, ...rest]
  }

  async function countOnce(batch: readonly WireName[]): Promise<Pass> {
    const [selected, others] = [folders.selected(), folders.others()]
    if (requiresReselect) await selectFolder(client, selected, true)
    const { newest, ...selectedCounts } = await countSelected(selected)
    const fresh = await countOthers(batch)
    const counts = new Map<WireName, FolderCounts>([[selected, selectedCounts]])
    for (const name of others) {
      const known = fresh.has(name) ? fresh.get(name) : previous.get(name)
      if (known) counts.set(name, known)
    }
    return { counts, newest }
  }

  async function countUntilStable({ otherFolders, changed }: CountScope): Promise<Pass> {
    let batch = otherFolders ? nextBatch(changed) : []
    let pass = await countOnce(batch)
    // A change found before any push: a message may have come from another folder, or gone there.
    if (!otherFolders && !isSame(pass.counts.get(folders.selected()), previous.get(folders.selected()))) batch = nextBatch(changed)
    const passes = batch.length > 0 && pass.counts.size > 1 ? MAX_PASSES : 1
    for (let done = 1; done < passes && fingerprint(pass) !== previousPass; done += 1) {
      previousPass = fingerprint(pass)
      // A message that left one folder may be on its way to another, which some servers show a moment later.
      if (done === 1 && totalOf(pass.counts) < totalOf(previous)) await delay(moveGrace)
      pass = await countOnce(batch)
    }
    previousPass = fingerprint(pass)
    return pass
  }

  return async (scope: CountScope) => {
    let pass = await countUntilStable(scope)
    let foldersChanged = false
    // A renamed folder must not be reported as gone: it exists under its new name.
    for (let tries = 0; folders.isOutdated() && tries < MAX_PASSES; tries += 1) {
      foldersChanged = true
      await folders.refresh()
      pass = await countUntilStable({ ...scope, otherFolders: true })
    }
    previous = pass.counts
    /** `foldersChanged`: a folder vanished meanwhile, so the set of folders was refreshed. */
    return { ...pass, foldersChanged }
  }
}

const isSame = (a: FolderCounts | undefined, b: FolderCounts | undefined): boolean => a?.unread === b?.unread && a?.total === b?.total

const totalOf = (counts: ReadonlyMap<WireName, FolderCounts>): number => [...counts.values()].reduce((sum, { total }) => sum + total, 0)

const fingerprint = ({ counts }: Pass): string => JSON.stringify([...counts])

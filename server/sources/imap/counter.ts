/** Counts the folders of one account over one connection. */
import { setTimeout as delay } from 'node:timers/promises'
import { isServerBusy } from '../lib/mail/server-busy.ts'
import { searchUnread } from './commands/search.ts'
import { canListStatus, type FolderCounts, folderStatus } from './commands/status.ts'
import { selectFolder } from './connection/exact-names.ts'
import type { Connection } from './connection/open.ts'
import type { ImapTimes } from './connection/times.ts'
import type { FolderError } from './folder-errors.ts'
import type { FolderMemory, FolderSet } from './folder-set.ts'
import type { WireName } from './names.ts'
import type { ServerQuirks } from './server-quirks.ts'
import { createStatusCounter } from './status-counter.ts'

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

/**
 * @returns a function that counts. It throws SourceError, or what the connection throws; a folder that cannot be counted is
 * no error while another one can.
 */
export function createFolderCounter(
  connection: Connection,
  folders: FolderSet,
  memory: FolderMemory,
  { requiresReselect }: ServerQuirks,
  times: ImapTimes,
) {
  const { client } = connection
  const { classifier } = folders
  const countByStatus = createStatusCounter(connection, folders, memory, times)
  /** By this connection. */
  let previous: ReadonlyMap<WireName, FolderCounts> = new Map()
  let previousPass: string | undefined
  let nextInRotation = 0

  /** Returns the UIDs of its newest unread messages. By STATUS where SEARCH does not tell. */
  async function countSelected(name: WireName): Promise<readonly number[]> {
    try {
      if (requiresReselect) await selectFolder(client, name, true)
      const found = await searchUnread(connection)
      classifier.noteAnswer()
      if (found && client.mailbox) {
        markSelectedCounted(name, { unread: found.unread, ...totalOf(client.mailbox) })
        return found.newest
      }
      const refusal: FolderError = {
        kind: 'refused',
        code: isServerBusy(connection.lastErrorCode) ? 'rate' : 'protocol',
        reason: 'the server refuses to search it',
      }
      // After another SELECT, since STATUS may be outdated for a folder that is selected (RFC 9051, section 6.3.11).
      await selectFolder(client, name, true)
      const counts = await folderStatus(client, name, folders.resolve)
      if (counts) markSelectedCounted(name, counts)
      else markRefused(name, refusal)
    } catch (error) {
      if (connection.lost.aborted) throw classifier.lostAt(memory.selectErrors, name, error)
      markRefused(name, await classifier.refusal(name, error))
    }
    return []
  }

  function markSelectedCounted(name: WireName, counts: FolderCounts): void {
    folders.markCounted(name, counts)
    memory.selectErrors.clear(name)
  }

  function markRefused(name: WireName, error: FolderError): void {
    folders.markError(name, error)
    folders.unselect(name, error)
  }

  /** The other folders that this poll counts. */
  function nextBatch(changed: ReadonlySet<WireName>): readonly WireName[] {
    const others = folders.others().filter(folders.isDue)
    if (canListStatus(client) || others.length <= STATUS_BATCH || previous.size === 0) return others
    const first = others.filter((name) => changed.has(name) || !previous.has(name) || folders.isStale(name)).slice(0, STATUS_BATCH)
    const rest = [...others.slice(nextInRotation), ...others.slice(0, nextInRotation)]
      .filter((name) => !first.includes(name))
      .slice(0, STATUS_BATCH - first.length)
    const last = rest.at(-1)
    nextInRotation = (last === undefined ? 0 : others.indexOf(last) + 1) % others.length
    return [...first, ...rest]
  }

  async function countOnce(batch: readonly WireName[]): Promise<Pass> {
    const selected = folders.selected()
    const newest = selected === null ? [] : await countSelected(selected)
    await countByStatus(batch.filter(folders.isDue))
    return { counts: folders.counts(), newest }
  }

  async function countUntilStable({ otherFolders, changed }: CountScope): Promise<Pass> {
    const selected = folders.selected()
    let batch = otherFolders ? nextBatch(changed) : []
    let pass = await countOnce(batch)
    // A change found before any push: a message may have come from another folder, or gone there.
    if (!otherFolders && (selected === null || folders.isStale(selected) || !isSame(pass.counts.get(selected), previous.get(selected))))
      batch = nextBatch(changed)
    const passes = batch.length > 0 && folders.chosen().length > 1 ? MAX_PASSES : 1
    for (let done = 1; done < passes && fingerprint(pass) !== previousPass; done += 1) {
      previousPass = fingerprint(pass)
      // A message that left one folder may be on its way to another, which some servers show a moment later.
      if (done === 1 && sumOf(pass.counts) < sumOf(previous)) await delay(times.moveGrace)
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
    folders.requireAny()
    previous = pass.counts
    /** `foldersChanged`: a folder vanished meanwhile, so the set of folders was refreshed. */
    return { ...pass, foldersChanged }
  }
}

/** A server may omit EXISTS. */
const totalOf = ({ exists }: { readonly exists?: number }): { readonly total?: number } => (exists === undefined ? {} : { total: exists })

const isSame = (a: FolderCounts | undefined, b: FolderCounts | undefined): boolean => a?.unread === b?.unread && a?.total === b?.total

const sumOf = (counts: ReadonlyMap<WireName, FolderCounts>): number => [...counts.values()].reduce((sum, { total = 0 }) => sum + total, 0)

const fingerprint = ({ counts }: Pass): string => JSON.stringify([...counts])

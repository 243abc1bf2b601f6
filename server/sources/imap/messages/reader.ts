/**
 * Reads the headers of the newest unread messages in all counted folders. Counting never waits for it.
 *
 * A selected folder is read over the connection that selected it. For the others that connection would have to leave
 * its folder, and would learn of changes late. They are read over an on-demand connection instead, each after it changed.
 */
import { backoffMs } from '../../../../common/async/backoff.ts'
import type { Message } from '../../../../common/protocol/wire.ts'
import { SourceError, type SourceLog } from '../../source.ts'
import type { ImapSourceConfig } from '../config.ts'
import { searchUnread } from '../commands/search.ts'
import type { FolderCounts } from '../commands/status.ts'
import { createOnDemandConnection } from '../connection/on-demand.ts'
import { selectFolder } from '../connection/exact-names.ts'
import type { Connection } from '../connection/open.ts'
import type { ImapTimes } from '../connection/times.ts'
import type { WireName } from '../names.ts'
import { createFolderErrors, type FolderError } from '../folder-errors.ts'
import { fetchMessages } from './fetch.ts'
import { createMessageCache } from './message-cache.ts'
import { uidValidityOf } from './message-id.ts'

export type MessageReader = ReturnType<typeof createMessageReader>

/** Folders to read at the start, in the order of the choice; each other one as soon as it changes. */
const MAX_INITIAL_FOLDERS = 100
const REFUSED: FolderError = { kind: 'refused', code: 'protocol', reason: 'the server does not return its messages' }
const LOST: FolderError = { ...REFUSED, kind: 'unanswered' }
/** The server may already have as many connections as it allows. */
const BACKOFF = { firstMs: 30_000, maxMs: 15 * 60_000 }

const newestUnread = async (connection: Connection): Promise<readonly number[]> => (await searchUnread(connection))?.newest ?? []

export function createMessageReader(
  { name, user, webUrl }: ImapSourceConfig,
  open: (signal: AbortSignal) => Promise<Connection>,
  times: ImapTimes,
) {
  const cache = createMessageCache()
  /** Of reading in a selected folder. */
  const errors = createFolderErrors(times, () => performance.now())
  let isComplete = false

  /**
   * The newest messages of all folders, newest first; undefined until each folder was read once, or failed: after a part
   * of them, the rest would look new.
   */
  const latest = (): readonly Message[] | undefined => (isComplete ? cache.newest() : undefined)

  async function fetchMissing({ client }: Connection, folder: WireName, path: string, uids: readonly number[]): Promise<void> {
    if (client.mailbox === false) return
    const uidValidity = uidValidityOf(client.mailbox)
    if (uidValidity === null) return cache.put(folder, [], [])
    const missing = cache.missing(folder, uidValidity, uids)
    cache.put(folder, uids, await fetchMessages(client, missing, { user, webUrl, folder, path, uidValidity }))
  }

  return {
    /**
     * Starts an attempt, which `signal` ends.
     * @param pathOf the path of a folder in reports.
     * @param onChange called after `latest` has changed by what `track` started.
     */
    start(signal: AbortSignal, log: SourceLog, pathOf: (folder: WireName) => string, onChange: () => void) {
      /** The counts of each folder when it was read last, as text. */
      const read = new Map<WireName, string>()
      const pending = new Map<WireName, string>()
      const onDemand = createOnDemandConnection(name, signal, open)
      let isWorking = false
      let failures = 0
      let isRejected = false
      let timer: NodeJS.Timeout | undefined
      let retryAtMs = 0

      signal.addEventListener('abort', () => clearTimeout(timer), { once: true })

      /**
       * Reads the messages with these UIDs, newest first, in the folder that is selected on this connection. Headers that
       * the server does not return are no reason to lose the count.
       */
      async function readSelected(connection: Connection, folder: WireName, uids: readonly number[]): Promise<void> {
        if (!errors.isDue(folder)) return
        try {
          await fetchMissing(connection, folder, pathOf(folder), uids)
          errors.clear(folder)
        } catch (error) {
          if (connection.lost.aborted) {
            // The next connection counts, and does not read.
            if (errors.noteLost(folder)) errors.add(folder, LOST)
            throw error
          }
          if (errors.add(folder, REFUSED))
            log.warn({ source: name, folder: pathOf(folder) }, 'the newest messages cannot be read; only their count is shown')
        }
      }

      function markRead(folder: WireName, counts: string): void {
        pending.delete(folder)
        read.set(folder, counts)
      }

      const readFolder = (folder: WireName): Promise<void> =>
        onDemand.use(async (connection) => {
          await selectFolder(connection.client, folder, true)
          await fetchMissing(connection, folder, pathOf(folder), await newestUnread(connection))
        })

      async function readPending(): Promise<void> {
        for (const [folder, counts] of pending) {
          if (signal.aborted) return
          // Even if reading fails: a folder that cannot be read is retried after it has changed.
          markRead(folder, counts)
          try {
            await readFolder(folder)
          } catch (error) {
            if (!onDemand.isOpen()) {
              read.delete(folder)
              if (!pending.has(folder)) pending.set(folder, counts)
              throw error
            }
            log.info({ source: name, folder: pathOf(folder) }, 'the newest messages of a folder cannot be read; only their count is shown')
          }
        }
      }

      async function work(): Promise<void> {
        const before = JSON.stringify(latest())
        try {
          await readPending()
          failures = 0
          retryAtMs = 0
        } catch (error) {
          if (signal.aborted) return
          // A rejected login is never repeated: the primary connection will fail the same way.
          isRejected = error instanceof SourceError && error.code === 'auth'
          const retryInMs = backoffMs(failures++, BACKOFF)
          retryAtMs = performance.now() + retryInMs
          log.info({ source: name, retryInMs: isRejected ? null : retryInMs }, 'the newest messages of other folders cannot be read now')
        }
        isComplete = true
        if (JSON.stringify(latest()) !== before) onChange()
      }

      async function workWhenDue(): Promise<void> {
        if (isWorking || isRejected || signal.aborted || pending.size === 0) return
        clearTimeout(timer)
        const waitMs = retryAtMs - performance.now()
        if (waitMs > 0) {
          timer = setTimeout(() => void workWhenDue(), waitMs)
          return
        }
        isWorking = true
        await work()
        isWorking = false
        await workWhenDue()
      }

      return {
        latest,
        readSelected,
        /** The same for the newest unread messages. */
        async readNewest(connection: Connection, folder: WireName): Promise<void> {
          await readSelected(connection, folder, await newestUnread(connection))
        },
        /** Sets the counted folders: those that are selected on no connection are read after their counts change. */
        track(counts: ReadonlyMap<WireName, FolderCounts>, isSelected: (folder: WireName) => boolean): void {
          for (const [folder, folderCounts] of counts) {
            if (isSelected(folder)) continue
            // UIDNEXT belongs to it: another message may have taken the place of a read one.
            const text = JSON.stringify(folderCounts)
            if (folderCounts.unread === 0) markRead(folder, text)
            else if (read.get(folder) !== text) pending.set(folder, text)
          }
          for (const folder of pending.keys()) if (!counts.has(folder)) pending.delete(folder)
          if (!isComplete) for (const [folder, text] of [...pending].slice(MAX_INITIAL_FOLDERS)) markRead(folder, text)
          cache.retain((folder) => counts.has(folder) && (isSelected(folder) || counts.get(folder)?.unread !== 0))
          if (pending.size === 0 && !isWorking) isComplete = true
          void workWhenDue()
        },
      }
    },
  }
}

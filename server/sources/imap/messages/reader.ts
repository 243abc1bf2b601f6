/**
 * Reads who wrote the newest unread mails, in all folders that are counted. The count never waits for it.
 *
 * A selected folder is read over its own connection. The others have none: to look into them there, the selected one
 * would have to be left, and a change of it in that moment would be told late. So they are looked into over a
 * connection of this file, which is opened when one of them changed and closed again when nothing more has come for a
 * while.
 */
import type { Message } from '../../../../common/protocol/wire.ts'
import { backoffMs } from '../../../../common/async/backoff.ts'
import { SourceError, type SourceLog } from '../../source.ts'
import { createBriefConnection } from '../connection/on-demand.ts'
import type { Connection } from '../connection/open.ts'
import { fetchMessages, NEWEST } from './fetch.ts'
import { createMessageCache } from './message-cache.ts'
import { countUnseen } from '../commands/search.ts'

/** How a folder was counted; whatever else is in it that changes when its unread mails do, the better. */
interface FolderState {
  readonly unread: number
}

/** The reader while one attempt lasts. */
export interface ReaderSession {
  /**
   * The newest mails of all folders, newest first; undefined until each folder was looked into once, or could not be:
   * half of them would make the other half look new.
   */
  latest(): readonly Message[] | undefined
  /** These are the newest unread mails of the folder that is selected on this connection, newest first. */
  readSelected(connection: Connection, folder: string, uids: readonly number[]): Promise<void>
  /** Those that are counted now, and which of them are selected somewhere: the others are looked into where they differ. */
  follow(counted: ReadonlyMap<string, FolderState>, isSelected: (folder: string) => boolean): void
  /** Calls `listener` whenever `latest` has changed by what `follow` found. */
  onNews(listener: () => void): void
}

export interface MessageReader {
  /** Begins reading for an attempt, which `signal` ends. */
  begin(signal: AbortSignal, log: SourceLog): ReaderSession
}

export interface ReaderDeps {
  readonly name: string
  readonly user: string
  readonly webUrl: string | undefined
  /** A connection that lives until it is closed, or the signal is aborted. */
  readonly open: (signal: AbortSignal) => Promise<Connection>
}

/** Folders that are looked into at the beginning, in the order of the choice; any other one as soon as it changes. */
const FIRST_MOST = 100
/** After a failure: the server may have as many connections as it wants already. */
const BACKOFF = { firstMs: 30_000, maxMs: 15 * 60_000 }

export function createMessageReader({ name, user, webUrl, open }: ReaderDeps): MessageReader {
  const shelf = createMessageCache()
  let isWhole = false

  async function readSelected(connection: Connection, folder: string, uids: readonly number[]): Promise<void> {
    const { client } = connection
    if (client.mailbox === false) return
    const uidValidity = String(client.mailbox.uidValidity)
    const missing = shelf.missing(folder, uidValidity, uids)
    shelf.put(folder, uids, await fetchMessages(client, missing, { user, webUrl, folder, uidValidity }))
  }

  const latest = (): readonly Message[] | undefined => (isWhole ? shelf.newest() : undefined)

  return {
    begin(signal, log) {
      /** Each folder as it was when it was looked into last. */
      const seen = new Map<string, string>()
      const wanted = new Map<string, string>()
      const brief = createBriefConnection(name, signal, open)
      let working = false
      let failures = 0
      let refused = false
      let timer: NodeJS.Timeout | undefined
      let retryAtMs = 0
      const listeners = new Set<() => void>()

      signal.addEventListener('abort', () => clearTimeout(timer), { once: true })

      const lookInto = (folder: string): Promise<void> =>
        brief.use(async (connection) => {
          await connection.client.mailboxOpen(folder, { readOnly: true })
          const { newest } = await countUnseen(connection, NEWEST)
          await readSelected(connection, folder, newest)
        })

      async function lookIntoAll(): Promise<void> {
        for (;;) {
          const [next] = wanted
          if (!next || signal.aborted) return
          const [folder, state] = next
          wanted.delete(folder)
          // Whatever comes of it: a folder that cannot be read is tried again when it has changed.
          seen.set(folder, state)
          try {
            await lookInto(folder)
          } catch (error) {
            if (!brief.isOpen) {
              seen.delete(folder)
              if (!wanted.has(folder)) wanted.set(folder, state)
              throw error
            }
            log.info({ source: name, folder }, 'the newest mails of a folder cannot be read; only their number is shown')
          }
        }
      }

      async function work(): Promise<void> {
        const before = JSON.stringify(latest())
        try {
          await lookIntoAll()
          failures = 0
          retryAtMs = 0
        } catch (error) {
          if (signal.aborted) return
          // A refused login is never tried twice: the count's own connection will find out too.
          refused = error instanceof SourceError && error.code === 'auth'
          const retryInMs = backoffMs(failures++, BACKOFF)
          retryAtMs = performance.now() + retryInMs
          log.info({ source: name, retryInMs: refused ? null : retryInMs }, 'the newest mails of other folders cannot be read just now')
        }
        isWhole = true
        if (JSON.stringify(latest()) !== before) for (const listener of listeners) listener()
      }

      async function start(): Promise<void> {
        if (working || refused || signal.aborted || wanted.size === 0) return
        clearTimeout(timer)
        const waitMs = retryAtMs - performance.now()
        if (waitMs > 0) {
          timer = setTimeout(() => void start(), waitMs)
          return
        }
        working = true
        await work()
        working = false
        await start()
      }

      return {
        latest,
        readSelected,
        onNews: (listener) => void listeners.add(listener),
        follow(counted, isSelected) {
          for (const [folder, state] of counted) {
            if (isSelected(folder)) continue
            const text = JSON.stringify(state)
            if (state.unread === 0) {
              wanted.delete(folder)
              seen.set(folder, text)
            } else if (seen.get(folder) !== text) wanted.set(folder, text)
          }
          for (const folder of wanted.keys()) if (!counted.has(folder)) wanted.delete(folder)
          if (!isWhole) {
            for (const [folder, state] of [...wanted].slice(FIRST_MOST)) {
              wanted.delete(folder)
              seen.set(folder, state)
            }
          }
          shelf.keep((folder) => counted.has(folder) && (isSelected(folder) || counted.get(folder)?.unread !== 0))
          if (wanted.size === 0 && !working) isWhole = true
          void start()
        },
      }
    },
  }
}

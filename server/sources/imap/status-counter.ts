/**
 * Counts folders that are not selected, by LIST-STATUS or STATUS. One that the server refuses does not stop the others; one
 * at which it falls silent or closes the connection costs one connection, and is then left alone for a while.
 */
import { canListStatus, type FolderCounts, folderStatus, listStatus } from './commands/status.ts'
import { NoAnswer, Reconnect } from './connection/errors.ts'
import type { Connection } from './connection/open.ts'
import type { ImapTimes } from './connection/times.ts'
import type { FolderError } from './folder-errors.ts'
import type { FolderMemory, FolderSet } from './folder-set.ts'
import type { WireName } from './names.ts'

const noCount: FolderError = { kind: 'refused', code: 'protocol', reason: 'the server sends no count of it that can be right' }

export function createStatusCounter(connection: Connection, folders: FolderSet, { errors }: FolderMemory, { folderAnswer }: ImapTimes) {
  const { client, learned, lost } = connection
  const { classifier } = folders

  async function byStatus(name: WireName): Promise<void> {
    const limitMs = errors.isSlow(name) ? 4 * folderAnswer : folderAnswer
    const timer = setTimeout(() => connection.close(new NoAnswer('The server does not answer STATUS.')), limitMs)
    try {
      const counts = await folderStatus(client, name, folders.resolve)
      if (counts) folders.markCounted(name, counts)
      else folders.markError(name, noCount)
    } catch (error) {
      if (lost.aborted) throw classifier.lostAt(errors, name, error)
      folders.markError(name, await classifier.refusal(name, error))
    } finally {
      clearTimeout(timer)
    }
    classifier.noteAnswer()
    errors.noteAnswer()
  }

  /** Those that the server counts in one round trip. */
  async function byListStatus(names: readonly WireName[]): Promise<ReadonlyMap<WireName, FolderCounts>> {
    if (names.length === 0 || !canListStatus(client) || learned.listStatus === 'suspect' || learned.listStatus === 'avoided')
      return new Map()
    try {
      const counted = await listStatus(client, names, folders.resolve)
      learned.listStatus = 'works'
      classifier.noteAnswer()
      return counted
    } catch (error) {
      if (!lost.aborted) throw error
      // The next connection asks for each folder, and finds the one at which the server fails.
      learned.listStatus = learned.listStatus === 'works' ? 'suspect' : 'avoided'
      throw classifier.hasFallenSilent() ? new Reconnect('LIST-STATUS was not answered; reconnecting without it.') : error
    }
  }

  return async (names: readonly WireName[]): Promise<void> => {
    const listed = await byListStatus(names.filter((name) => !errors.get(name)))
    for (const [name, counts] of listed) folders.markCounted(name, counts)
    const others = names.filter((name) => !listed.has(name))
    if (errors.isUnresponsive()) for (const name of others) folders.markError(name, classifier.silence)
    else for (const name of others) await byStatus(name)
    if (names.length > 0 && learned.listStatus === 'suspect') learned.listStatus = 'retried'
  }
}

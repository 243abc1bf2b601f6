/** Which folders of an account a connection counts: the chosen ones, the selected one, and the missing ones. */
import type { ImapFlowError } from 'imapflow'
import { LIMITS } from '../../../common/protocol/wire.ts'
import type { ImapSourceConfig } from './config.ts'
import { isServerBusy } from '../mail/server-busy.ts'
import { type ChosenFolder, requiresListing } from '../folders/choose.ts'
import { SourceError, type SourceLog } from '../source.ts'
import { listChosenFolders } from './commands/list.ts'
import type { Connection } from './connection/open.ts'

/** Response codes for a folder that does not exist, or not for this user (RFC 5530). */
const MISSING_CODES = new Set(['NONEXISTENT', 'NOPERM', 'TRYCREATE', 'CANNOT'])

export type FolderSet = ReturnType<typeof createFolderSet>

interface FolderSetOptions {
  readonly config: ImapSourceConfig
  readonly log: SourceLog
  /**
   * Folders that were counted once, across connections: where the server refuses one that exists, the refusal is
   * temporary, and a sum without the folder would be wrong.
   */
  readonly countedBefore: Set<string>
  readonly missingRetryMs: number
}

export function createFolderSet(connection: Connection, { config, log, countedBefore, missingRetryMs }: FolderSetOptions) {
  const { client } = connection
  const isDynamic = requiresListing(config.folders)
  /** By path: when the folder was found missing. */
  const missingSince = new Map<string, number>()
  let chosen: readonly ChosenFolder[] = []
  let selected = ''
  let isOutdated = false

  /** Whether a folder that the server just refused is missing, rather than temporarily unavailable. */
  function isMissing(path: string, responseText = ''): boolean {
    const { lastErrorCode } = connection
    if (lastErrorCode !== undefined && MISSING_CODES.has(lastErrorCode.toUpperCase())) return true
    return !isServerBusy(lastErrorCode, responseText) && !countedBefore.has(path)
  }

  function markMissing(path: string): void {
    if (!missingSince.has(path)) {
      // Where folders come and go, a missing one needs no warning.
      if (!isDynamic) log.warn({ source: config.name, folder: path }, 'folder does not exist or cannot be read; counting the others')
      isOutdated = isDynamic
    }
    missingSince.set(path, performance.now())
    countedBefore.delete(path)
  }

  async function list(): Promise<void> {
    isOutdated = false
    const all = await listChosenFolders(client, config.folders)
    const max = LIMITS.foldersPerAccount
    if (all.length > max && chosen.length < max)
      log.warn({ source: config.name, folders: all.length, counted: max }, 'there are more folders than can be counted; choose fewer')
    chosen = all.slice(0, max)
    if (isDynamic) for (const path of missingSince.keys()) if (!chosen.some((folder) => folder.path === path)) missingSince.delete(path)
  }

  async function select(path: string): Promise<boolean> {
    try {
      await client.mailboxOpen(path, { readOnly: true })
      return true
    } catch (error) {
      if (!(error instanceof Error) || connection.lost.aborted) throw error
      const { responseStatus, responseText, mailboxMissing }: ImapFlowError = error
      if (responseStatus !== 'NO' || !(mailboxMissing || isMissing(path, responseText))) throw error
      markMissing(path)
      return false
    }
  }

  async function selectMain(): Promise<void> {
    selected = ''
    for (const path of chosen.map((folder) => folder.path).toSorted((a, b) => Number(b === 'INBOX') - Number(a === 'INBOX'))) {
      if (!(await select(path))) continue
      selected = path
      countedBefore.add(path)
      return
    }
    const names = config.folders.join(', ')
    throw new SourceError('config', `${config.user} has no folder ${names} at ${config.host}, or may not read it; check folders.`)
  }

  return {
    /**
     * Lists the folders, and selects the main one: INBOX, or else the first chosen. Read-only, so that counting never
     * changes a message.
     * @throws SourceError `config` where no chosen folder exists
     */
    async refresh(): Promise<void> {
      await list()
      if (!chosen.some(({ path }) => path === selected)) await selectMain()
    },
    chosen: (): readonly ChosenFolder[] => chosen,
    selected: (): string => selected,
    /** All chosen folders but the selected one, in order. */
    others: (): readonly string[] => chosen.map(({ path }) => path).filter((path) => path !== selected),
    /** Folders may appear and vanish, which only LIST shows. */
    requiresListing: isDynamic,
    /** A folder has vanished since the last refresh. */
    isOutdated: (): boolean => isOutdated,
    isMissing,
    /** Whether the folder was found missing a short time ago. */
    isSkipped(path: string): boolean {
      const sinceMs = missingSince.get(path)
      return sinceMs !== undefined && performance.now() - sinceMs < missingRetryMs
    },
    markMissing,
    markCounted(path: string): void {
      if (missingSince.delete(path) && !isDynamic) log.info({ source: config.name, folder: path }, 'folder exists again')
      countedBefore.add(path)
    },
  }
}

/** Which folders of an account a connection counts: the chosen ones, the selected one, and the missing ones. */
import type { ImapFlowError } from 'imapflow'
import { LIMITS } from '../../../common/protocol/wire.ts'
import type { ImapSourceConfig } from './config.ts'
import { isServerBusy } from '../mail/server-busy.ts'
import { requiresListing } from '../folders/choose.ts'
import { SourceError, type SourceLog } from '../source.ts'
import { isListed, listChosenFolders, type Mailbox, type NameResolver } from './commands/list.ts'
import { selectFolder } from './connection/exact-names.ts'
import type { Connection } from './connection/open.ts'
import { INBOX, type WireName } from './names.ts'

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
  readonly countedBefore: Set<WireName>
  readonly missingRetryMs: number
}

export function createFolderSet(connection: Connection, { config, log, countedBefore, missingRetryMs }: FolderSetOptions) {
  const { client } = connection
  const isDynamic = requiresListing(config.folders)
  /** When a folder was found missing. */
  const missingSince = new Map<WireName, number>()
  let chosen: readonly Mailbox[] = []
  let selected: WireName | null = null
  let resolver: NameResolver | null = null
  let isOutdated = false

  const pathOf = (name: WireName): string => chosen.find((folder) => folder.name === name)?.path ?? name

  /** Whether a folder that the server just refused is missing, rather than temporarily unavailable. */
  function isMissing(name: WireName, responseText = ''): boolean {
    const { lastErrorCode } = connection
    if (lastErrorCode !== undefined && MISSING_CODES.has(lastErrorCode.toUpperCase())) return true
    return !isServerBusy(lastErrorCode, responseText) && !countedBefore.has(name)
  }

  function markMissing(name: WireName): void {
    if (!missingSince.has(name)) {
      // Where folders come and go, a missing one needs no warning.
      if (!isDynamic)
        log.warn({ source: config.name, folder: pathOf(name) }, 'folder does not exist or cannot be read; counting the others')
      isOutdated = isDynamic
    }
    missingSince.set(name, performance.now())
    countedBefore.delete(name)
  }

  async function list(): Promise<void> {
    isOutdated = false
    const { chosen: all, resolve } = await listChosenFolders(client, config.folders)
    resolver = resolve
    const max = LIMITS.foldersPerAccount
    if (all.length > max && chosen.length < max)
      log.warn({ source: config.name, folders: all.length, counted: max }, 'there are more folders than can be counted; choose fewer')
    chosen = all.slice(0, max)
    if (isDynamic) for (const name of missingSince.keys()) if (!chosen.some((folder) => folder.name === name)) missingSince.delete(name)
  }

  async function select(name: WireName): Promise<boolean> {
    try {
      await selectFolder(client, name, true)
      return true
    } catch (error) {
      if (!(error instanceof Error) || connection.lost.aborted) throw error
      const { responseStatus, responseText }: ImapFlowError = error
      // Few servers send a response code for a missing folder; for the others, their list decides.
      if (responseStatus !== 'NO' || !(isMissing(name, responseText) || !(await isListed(client, name)))) throw error
      markMissing(name)
      return false
    }
  }

  async function selectMain(): Promise<void> {
    selected = null
    for (const name of chosen.map((folder) => folder.name).toSorted((a, b) => Number(b === INBOX) - Number(a === INBOX))) {
      if (!(await select(name))) continue
      selected = name
      countedBefore.add(name)
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
      if (!chosen.some(({ name }) => name === selected)) await selectMain()
    },
    chosen: (): readonly Mailbox[] => chosen,
    /** To be called after `refresh`. */
    selected: (): WireName => selected ?? INBOX,
    /** All chosen folders but the selected one, in order. */
    others: (): readonly WireName[] => chosen.map(({ name }) => name).filter((name) => name !== selected),
    /** The path of a folder in reports. */
    pathOf,
    /** Which folder a name in a response stands for. */
    resolve: (name: WireName): WireName | null => (resolver ? resolver(name) : name),
    isShared: (name: WireName): boolean => chosen.some((folder) => folder.name === name && folder.isShared),
    /** Folders may appear and vanish, which only LIST shows. */
    requiresListing: isDynamic,
    /** A folder has vanished since the last refresh. */
    isOutdated: (): boolean => isOutdated,
    isMissing,
    /** Whether the folder was found missing a short time ago. */
    isSkipped(name: WireName): boolean {
      const sinceMs = missingSince.get(name)
      return sinceMs !== undefined && performance.now() - sinceMs < missingRetryMs
    },
    markMissing,
    markCounted(name: WireName): void {
      if (missingSince.delete(name) && !isDynamic) log.info({ source: config.name, folder: pathOf(name) }, 'folder exists again')
      countedBefore.add(name)
    },
  }
}

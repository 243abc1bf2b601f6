/** Which folders of an account a connection counts: the chosen ones, the selected one, and those that cannot be counted. */
import { LIMITS } from '../../../common/protocol/wire.ts'
import { requiresListing } from '../lib/folders/choose.ts'
import type { SourceLog } from '../source.ts'
import type { ImapSourceConfig } from './config.ts'
import { listChosenFolders, type Mailbox, type NameResolver } from './commands/list.ts'
import type { FolderCounts } from './commands/status.ts'
import { selectFolder } from './connection/exact-names.ts'
import type { Connection } from './connection/open.ts'
import type { ImapTimes } from './connection/times.ts'
import { createErrorClassifier } from './error-classifier.ts'
import { createFolderErrors, type FolderError, type FolderErrors } from './folder-errors.ts'
import { createFolderNotices } from './folder-notices.ts'
import { INBOX, type WireName } from './names.ts'

/** What is known of the folders of an account, across its connections. */
export interface FolderMemory {
  /** The last count of each. */
  readonly counts: Map<WireName, FolderCounts>
  readonly errors: FolderErrors
  /** Of folders that cannot be selected or searched; STATUS may count them all the same. */
  readonly selectErrors: FolderErrors
}

const now = (): number => performance.now()

export const createFolderMemory = (times: ImapTimes): FolderMemory => ({
  counts: new Map(),
  errors: createFolderErrors(times, now),
  selectErrors: createFolderErrors(times, now),
})

/** Folders to try to select one after another. */
const MAX_SELECTS = 3

export type FolderSet = ReturnType<typeof createFolderSet>

interface FolderSetOptions {
  readonly config: ImapSourceConfig
  readonly log: SourceLog
  readonly memory: FolderMemory
}

export function createFolderSet(connection: Connection, { config, log, memory }: FolderSetOptions) {
  const { client } = connection
  const { counts, errors, selectErrors } = memory
  const isDynamic = requiresListing(config.folders)
  const notices = createFolderNotices(config, memory)
  const classifier = createErrorClassifier(connection, isRequired)
  let chosen: readonly Mailbox[] = []
  let selected: WireName | null = null
  let isOutdated = false
  let resolver: NameResolver | null = null

  const pathOf = (name: WireName): string => chosen.find((folder) => folder.name === name)?.path ?? name
  /** Then each attempt asks for all of them. */
  const hasErrorsOnly = (): boolean => chosen.every(({ name }) => errors.get(name))
  const isDue = (name: WireName): boolean => errors.isDue(name) || hasErrorsOnly()

  /** Without this folder, the account would be nothing. */
  function isRequired(target: FolderErrors, name: WireName): boolean {
    return target === errors && chosen.every((folder) => folder.name === name || errors.get(folder.name))
  }

  async function list(): Promise<void> {
    isOutdated = false
    const { chosen: all, resolve } = await listChosenFolders(client, config.folders)
    resolver = resolve
    const max = LIMITS.foldersPerAccount
    if (all.length > max && chosen.length < max)
      log.warn({ source: config.name, folders: all.length, counted: max }, 'there are more folders than can be counted; choose fewer')
    chosen = all.slice(0, max)
    const names = new Set(chosen.map(({ name }) => name))
    errors.retain(names)
    selectErrors.retain(names)
    for (const name of counts.keys()) if (!names.has(name)) counts.delete(name)
  }

  /** The server does not count this folder now, or there is no such folder. */
  function markError(name: WireName, error: FolderError): void {
    const isNew = errors.add(name, error)
    if (error.kind !== 'gone') return
    counts.delete(name)
    if (!isNew) return
    isOutdated = isDynamic
    const folder = chosen.find((each) => each.name === name)
    const fields = { source: config.name, folder: pathOf(name) }
    // Folders that a glob stands for come and go.
    if (folder && notices.isNamed(folder)) log.warn(fields, 'folder does not exist or cannot be read; counting the others')
    else log.info(fields, 'folder does not exist or cannot be read')
  }

  /** Where it can be selected. */
  const preferred = (): WireName | undefined => {
    const names = chosen.map(({ name }) => name)
    return names.find((name) => name === INBOX) ?? selected ?? names[0]
  }
  const rank = (name: WireName): number => (name === INBOX ? 2 : name === selected ? 1 : 0)

  /** The folders to select, best first. */
  const candidates = (): readonly WireName[] =>
    chosen
      .map(({ name }) => name)
      .filter((name) => selectErrors.isDue(name) && (errors.get(name)?.kind !== 'gone' || isDue(name)))
      .toSorted((a, b) => rank(b) - rank(a))
      .slice(0, MAX_SELECTS)

  async function select(name: WireName): Promise<boolean> {
    try {
      await selectFolder(client, name, true)
      selectErrors.noteAnswer()
      return true
    } catch (error) {
      if (connection.lost.aborted) throw classifier.lostAt(selectErrors, name, error)
      const reason = await classifier.refusal(name, error)
      if (reason.kind === 'gone') markError(name, reason)
      else selectErrors.add(name, reason)
      return false
    }
  }

  /** None, if the server refuses all of them: STATUS may count them. */
  async function selectBest(): Promise<void> {
    if (selectErrors.isUnresponsive()) for (const { name } of chosen) selectErrors.add(name, classifier.silence)
    const names = candidates()
    if (selected !== null && names[0] === selected) return
    selected = null
    for (const name of names) {
      if (!(await select(name))) continue
      selected = name
      return
    }
  }

  return {
    /**
     * Lists the folders, and selects the main one: INBOX, or else the first chosen. Read-only, so that counting never
     * changes a message.
     * @throws SourceError `config` where no folder is chosen
     */
    async refresh(): Promise<void> {
      await list()
      if (chosen.length === 0) throw notices.nothing(chosen)
      await selectBest()
    },
    /** Another folder than the selected one should be selected, if it can be. */
    shouldSelect: (): boolean => (candidates()[0] ?? selected) !== selected,
    /** The selected folder cannot be counted as such. */
    unselect(name: WireName, reason: FolderError): void {
      selectErrors.add(name, reason)
      selected = null
    },
    chosen: (): readonly Mailbox[] => chosen,
    /** Null before `refresh`, and where the server does not let any be selected. */
    selected: (): WireName | null => selected,
    /** All chosen folders but the selected one, in order. */
    others: (): readonly WireName[] => chosen.map(({ name }) => name).filter((name) => name !== selected),
    /** The path of a folder in reports. */
    pathOf,
    /** The folder that a name in a response stands for; null for none. */
    resolve: (name: WireName): WireName | null => (resolver ? resolver(name) : name),
    isShared: (name: WireName): boolean => chosen.some((folder) => folder.name === name && folder.isShared),
    /** Folders may appear and vanish, which only LIST shows. */
    requiresListing: isDynamic,
    /** A folder has vanished since the last refresh. */
    isOutdated: (): boolean => isOutdated,
    /** Whether to ask for it now: one that failed rests for a while. */
    isDue,
    classifier,
    /** On the user's request. */
    retryNow(): void {
      errors.retryNow()
      selectErrors.retryNow()
    },
    /** Milliseconds until a folder that could not be counted or selected is due. */
    retryInMs(): number {
      const best = preferred()
      return Math.min(errors.nextDueMs(), best === undefined || best === selected ? Number.POSITIVE_INFINITY : selectErrors.dueInMs(best))
    },
    markError,
    markCounted(name: WireName, folderCounts: FolderCounts): void {
      counts.set(name, folderCounts)
      const error = errors.get(name)
      if (errors.clear(name) && error?.kind === 'gone') log.info({ source: config.name, folder: pathOf(name) }, 'folder exists again')
    },
    /** The last counts of the chosen folders. */
    counts: (): ReadonlyMap<WireName, FolderCounts> =>
      new Map(
        chosen.flatMap(({ name }) => {
          const known = counts.get(name)
          return known ? [[name, known]] : []
        }),
      ),
    isStale: (name: WireName): boolean => errors.get(name) !== undefined,
    /** Each folder was counted, or has a reason why not. */
    isComplete: (): boolean => chosen.length > 0 && chosen.every(({ name }) => counts.has(name) || errors.get(name)),
    /** What the number lacks, as sentences. */
    missing: (): readonly string[] => notices.missing(chosen),
    /** Folders of the config that do not exist, as sentences. */
    absent: (): readonly string[] => notices.absent(chosen),
    /** @throws SourceError where nothing can be counted */
    requireAny(): void {
      if (hasErrorsOnly()) throw notices.nothing(chosen)
    },
  }
}

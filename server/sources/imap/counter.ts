/** Looks at the folders of one account over one connection, and says what is there. */
import { setTimeout as delay } from 'node:timers/promises'
import type { ImapFlowError } from 'imapflow'
import type { ImapSourceConfig } from './config.ts'
import { type Folder, LIMITS } from '../../../common/protocol/wire.ts'
import { type AccountCounts, SourceError, type SourceLog } from '../source.ts'
import { readable } from '../../platform/text.ts'
import type { Connection } from './connection/open.ts'
import { isServerBusy } from '../mail/server-busy.ts'
import { type ChosenFolder, needList } from '../folders/choose.ts'
import type { ServerQuirks } from './server-quirks.ts'
import { type Counted, countByList, countByStatus, countsAtOnce, isListed, listChosen } from './commands/list.ts'
import { NEWEST } from './messages/fetch.ts'
import type { ReaderSession } from './messages/reader.ts'
import type { ImapTimes } from './connection/times.ts'
import { countUnseen } from './commands/search.ts'

/** A sum over folders is told once two passes agree, for a mail may be moved in between; but not waited for for ever. */
const PASSES = 4
/** Folders that are asked for one by one in one look, where not all can be asked for at once: the others have their turn. */
const TURN = 20
/** Codes by which a server says that a folder is not there, or not for this user (RFC 5530). */
const MISSING = new Set(['NONEXISTENT', 'NOPERM', 'TRYCREATE', 'CANNOT'])

/** What is looked at besides the selected folder. */
interface Scope {
  /** The other folders; else their last numbers stand. */
  readonly others: boolean
  /** These are known to have changed: they are asked first. */
  readonly changed: ReadonlySet<string>
  /** Whether who wrote to this folder is read over a connection that has it selected. */
  readonly isWatched: (path: string) => boolean
}

export interface MailboxCounter {
  /**
   * Finds out which folders there are, and selects the most important one, read-only, so that nothing is ever changed by
   * looking: INBOX, or else the first of the choice.
   * @throws SourceError `config` where there is none of the folders
   */
  open(): Promise<void>
  /** @throws whatever the connection throws, SourceError among it */
  look(scope: Scope): Promise<AccountCounts>
  /** Reads who wrote the newest mails of a folder that is selected on this connection. */
  read(connection: Connection, path: string): Promise<void>
  /** Counted by what is selected. */
  readonly selected: string
  /** The other folders, in the order of the choice. */
  readonly others: readonly string[]
  /** Folders may appear and vanish, and only a list tells. */
  readonly needsList: boolean
  /** The last look has found that the folders are not what they were. */
  readonly relisted: boolean
}

export interface MailboxCounterDeps {
  readonly config: ImapSourceConfig
  readonly log: SourceLog
  /**
   * Folders that were counted once, kept from one connection to the next: where such a one is refused and yet there,
   * that passes, and a sum without it would be wrong.
   */
  readonly countedBefore: Set<string>
  readonly reader: ReaderSession
  readonly habits: ServerQuirks
  readonly times: ImapTimes
}

export function createMailboxCounter(
  connection: Connection,
  { config, log, countedBefore, reader, habits, times }: MailboxCounterDeps,
): MailboxCounter {
  const { client } = connection
  const needsList = needList(config.folders)
  /** Folders that are missing, each with the time when it was asked for last. */
  const lacking = new Map<string, number>()
  let chosen: readonly ChosenFolder[] = []
  let selected = ''
  let others: readonly string[] = []
  let nextTurn = 0
  /** A folder that was there is not any more. */
  let lostOne = false
  let relisted = false
  let kept: ReadonlyMap<string, Counted> = new Map()
  let told: string | undefined

  function lacks(path: string): void {
    if (!lacking.has(path)) {
      // Where folders come and go, that one has gone is no news.
      if (!needsList) log.warn({ source: config.name, folder: path }, 'folder is not there or cannot be read; the others are counted')
      lostOne = needsList
    }
    lacking.set(path, performance.now())
    countedBefore.delete(path)
  }

  /** Whether a folder that was just refused is missing, rather than refused for a while. */
  function isMissing(path: string, said = ''): boolean {
    const { refusalCode } = connection
    if (refusalCode !== undefined && MISSING.has(refusalCode.toUpperCase())) return true
    return !isServerBusy(refusalCode, said) && !countedBefore.has(path)
  }

  async function select(path: string): Promise<boolean> {
    try {
      await client.mailboxOpen(path, { readOnly: true })
      return true
    } catch (error) {
      if (!(error instanceof Error) || connection.lost.aborted) throw error
      const { responseStatus, responseText, mailboxMissing }: ImapFlowError = error
      if (responseStatus !== 'NO' || !(mailboxMissing || isMissing(path, responseText))) throw error
      lacks(path)
      return false
    }
  }

  async function list(): Promise<void> {
    lostOne = false
    const all = await listChosen(client, config.folders)
    const most = LIMITS.foldersPerAccount
    if (all.length > most && chosen.length < most)
      log.warn({ source: config.name, folders: all.length, counted: most }, 'there are more folders than can be counted; choose fewer')
    chosen = all.slice(0, most)
    if (needsList) for (const path of lacking.keys()) if (!chosen.some((folder) => folder.path === path)) lacking.delete(path)
  }

  async function selectFirst(): Promise<void> {
    const byImportance = chosen.map(({ path }) => path).toSorted((a, b) => Number(b === 'INBOX') - Number(a === 'INBOX'))
    selected = ''
    for (const path of byImportance) {
      if (await select(path)) {
        selected = path
        countedBefore.add(path)
        break
      }
    }
    if (selected === '') {
      const names = config.folders.join(', ')
      throw new SourceError('config', `${config.user} has no folder ${names} at ${config.host}, or may not read it; check folders.`)
    }
  }

  async function open(): Promise<void> {
    await list()
    const isThere = chosen.some(({ path }) => path === selected)
    if (!isThere) await selectFirst()
    others = chosen.map(({ path }) => path).filter((path) => path !== selected)
  }

  /** The folder as STATUS counts it; null where it is not there. */
  async function statusOf(path: string): Promise<Counted | null> {
    const askedAtMs = lacking.get(path)
    if (askedAtMs !== undefined && performance.now() - askedAtMs < times.missing) return null
    try {
      const status = await countByStatus(client, path)
      if (status) return status
    } catch (error) {
      if (!(error instanceof Error) || connection.lost.aborted) throw error
      const { responseStatus, responseText }: ImapFlowError = error
      if (responseStatus !== 'NO') throw error
      // Few servers say by a code that there is no such folder; then their list does.
      if (isMissing(path, responseText) || !(await isListed(client, path))) {
        lacks(path)
        return null
      }
    }
    throw new SourceError('rate', `${config.host} does not count the folder ${path} just now; it is asked again.`)
  }

  /** Which of the others are asked in this look. */
  function turn(changed: ReadonlySet<string>): readonly string[] {
    if (countsAtOnce(client) || others.length <= TURN || kept.size === 0) return others
    const first = others.filter((path) => changed.has(path) || !kept.has(path)).slice(0, TURN)
    const rest = [...others.slice(nextTurn), ...others.slice(0, nextTurn)]
      .filter((path) => !first.includes(path))
      .slice(0, TURN - first.length)
    nextTurn = (others.indexOf(rest.at(-1) ?? '') + 1) % others.length
    return [...first, ...rest]
  }

  async function countOthers(paths: readonly string[]): Promise<ReadonlyMap<string, Counted | null>> {
    const counted = new Map<string, Counted | null>(countsAtOnce(client) ? await countByList(client, paths) : [])
    for (const path of paths) if (!counted.has(path)) counted.set(path, await statusOf(path))
    for (const [path, counts] of counted) {
      if (!counts) continue
      if (lacking.delete(path) && !needsList) log.info({ source: config.name, folder: path }, 'folder is there again')
      countedBefore.add(path)
    }
    return counted
  }

  async function pass(asked: readonly string[]): Promise<Pass> {
    if (habits.reselects) await client.mailboxOpen(selected, { readOnly: true })
    const { newest, ...first } = await countUnseen(connection, NEWEST)
    const fresh = await countOthers(asked)
    const counted = new Map<string, Counted>([[selected, first]])
    for (const path of others) {
      const count = fresh.has(path) ? fresh.get(path) : kept.get(path)
      if (count) counted.set(path, count)
    }
    return { counted, newest }
  }

  const isOneLost = (): boolean => lostOne

  async function countAll(scope: Scope): Promise<Pass> {
    let asked = scope.others ? turn(scope.changed) : []
    let counted = await pass(asked)
    // Found before anybody told of it: a mail may have come from another folder, or gone there.
    if (!scope.others && !isSame(counted.counted.get(selected), kept.get(selected))) asked = turn(scope.changed)
    const passes = asked.length > 0 && counted.counted.size > 1 ? PASSES : 1
    for (let done = 1; done < passes && shapeOf(counted.counted) !== told; done += 1) {
      told = shapeOf(counted.counted)
      // What has left one folder may be on its way to another, which some servers show a moment later.
      if (done === 1 && totalOf(counted.counted) < totalOf(kept)) await delay(times.moving)
      counted = await pass(asked)
    }
    told = shapeOf(counted.counted)
    return counted
  }

  /** A server that gives no header is no reason to lose the number. */
  async function readMails(on: Connection, path: string, uids: readonly number[]): Promise<void> {
    try {
      await reader.readSelected(on, path, uids)
    } catch (error) {
      if (on.lost.aborted || isServerBusy(on.refusalCode)) throw error
      log.warn({ source: config.name, folder: path }, 'the newest mails cannot be read; only their number is shown')
    }
  }

  return {
    open,
    async read(on, path) {
      const { newest } = await countUnseen(on, NEWEST)
      await readMails(on, path, newest)
    },
    needsList,
    get selected() {
      return selected
    },
    get others() {
      return others
    },
    get relisted() {
      return relisted
    },
    async look(scope) {
      relisted = false
      let { counted, newest } = await countAll(scope)
      // A folder that was renamed is not told as gone: it is there, under its new name.
      for (let tries = 0; isOneLost() && tries < PASSES; tries += 1) {
        relisted = true
        await open()
        ;({ counted, newest } = await countAll({ ...scope, others: true }))
      }
      kept = counted
      await readMails(connection, selected, newest)
      reader.follow(counted, (path) => path === selected || scope.isWatched(path))
      const folders = chosen.flatMap(({ path, role }): Folder[] => {
        const count = counted.get(path)
        return count ? [{ path: readable(path), ...(role && { role }), unread: count.unread, total: count.total }] : []
      })
      const sum = (key: 'unread' | 'total'): number => folders.reduce((before, folder) => before + (folder[key] ?? 0), 0)
      return { id: config.account, unread: sum('unread'), total: sum('total'), folders, latest: reader.latest() }
    },
  }
}

interface Pass {
  readonly counted: ReadonlyMap<string, Counted>
  /** UIDs of the newest unread mails of the selected folder. */
  readonly newest: readonly number[]
}

const isSame = (a: Counted | undefined, b: Counted | undefined): boolean => a?.unread === b?.unread && a?.total === b?.total

const totalOf = (counted: ReadonlyMap<string, Counted>): number => [...counted.values()].reduce((sum, { total }) => sum + total, 0)

const shapeOf = (counted: ReadonlyMap<string, Counted>): string => JSON.stringify([...counted])

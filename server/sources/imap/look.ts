/** Looks at the folders of one account over one connection, and says what is there. */
import type { ImapFlowError } from 'imapflow'
import type { ImapSourceConfig } from '../../config.ts'
import { type Folder, FolderRole } from '../../protocol.ts'
import { type AccountCounts, SourceError, type SourceLog } from '../source.ts'
import type { Connection } from './connection.ts'
import { isNotNow } from './errors.ts'
import { NEWEST } from './mails.ts'
import type { ReaderSession } from './reader.ts'
import { countUnseen } from './unseen.ts'

/** A sum over folders is told once two passes agree, for a mail may be moved in between; but not waited for for ever. */
const PASSES = 4
/** How long a folder that is missing is not asked for. */
const MISSING_MS = 5 * 60_000
/** Codes by which a server says that a folder is not there, or not for this user (RFC 5530). */
const MISSING = new Set(['NONEXISTENT', 'NOPERM', 'TRYCREATE', 'CANNOT'])

export interface Looker {
  /**
   * Counts the selected folder, and the others too where `others` is true; else their last numbers stand.
   * @throws whatever the connection throws, SourceError among it
   */
  look(others: boolean): Promise<AccountCounts>
  /** There are folders besides the one that is pushed. */
  readonly hasOthers: boolean
}

interface Counted {
  readonly unread: number
  readonly total: number
}

/**
 * Selects the first folder that there is, read-only, so that nothing is ever changed by looking.
 * @param countedBefore folders that were counted once, kept from one connection to the next: where such a one is refused
 * and yet there, that passes, and a sum without it would be wrong.
 * @throws SourceError `config` where there is none of the folders
 */
export async function createLooker(
  connection: Connection,
  config: ImapSourceConfig,
  log: SourceLog,
  countedBefore: Set<string>,
  reader: ReaderSession,
): Promise<Looker> {
  const { client } = connection
  const paths = [...new Set(config.folders.map((path) => (path.toUpperCase() === 'INBOX' ? 'INBOX' : path)))]
  /** Folders that are missing, each with the time when it was asked for last. */
  const lacking = new Map<string, number>()

  function lacks(path: string): void {
    if (!lacking.has(path)) log.warn({ source: config.name, folder: path }, 'folder is not there or cannot be read; the others are counted')
    lacking.set(path, performance.now())
    countedBefore.delete(path)
  }

  /** Whether a folder that was just refused is missing, rather than refused for a while. */
  function isMissing(path: string, said = ''): boolean {
    const { refusalCode } = connection
    if (refusalCode !== undefined && MISSING.has(refusalCode.toUpperCase())) return true
    return !isNotNow(refusalCode, said) && !countedBefore.has(path)
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

  /** The folder as STATUS counts it; null where it is not there. */
  async function statusOf(path: string): Promise<Counted | null> {
    const askedAtMs = lacking.get(path)
    if (askedAtMs !== undefined && performance.now() - askedAtMs < MISSING_MS) return null
    try {
      const status = await client.status(path, { unseen: true, messages: true })
      if (status && status.unseen !== undefined && status.messages !== undefined) {
        if (lacking.delete(path)) log.info({ source: config.name, folder: path }, 'folder is there again')
        countedBefore.add(path)
        return { unread: status.unseen, total: status.messages }
      }
      if (status || !isMissing(path))
        throw new SourceError('rate', `${config.host} does not count the folder ${path} just now; it is asked again.`)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'NotFound')) throw error
    }
    lacks(path)
    return null
  }

  let selected = ''
  for (const path of paths) {
    if (await select(path)) {
      selected = path
      countedBefore.add(path)
      break
    }
  }
  if (selected === '') {
    const names = paths.join(', ')
    throw new SourceError('config', `${config.user} has no folder ${names} at ${config.host}, or may not read it; check folders.`)
  }
  const otherPaths = paths.filter((path) => path !== selected)
  const roles = await rolesOf(connection, paths)
  let kept: ReadonlyMap<string, Counted> = new Map()
  let told: string | undefined

  async function pass(others: boolean): Promise<{ counted: ReadonlyMap<string, Counted>; newest: readonly number[] }> {
    const { newest, ...first } = await countUnseen(connection, NEWEST)
    const counted = new Map<string, Counted>([[selected, first]])
    for (const path of otherPaths) {
      const count = others ? await statusOf(path) : kept.get(path)
      if (count) counted.set(path, count)
    }
    return { counted, newest }
  }

  /** A server that gives no envelope is no reason to lose the number. */
  async function readMails(uids: readonly number[]): Promise<void> {
    try {
      await reader.readSelected(connection, selected, uids)
    } catch (error) {
      if (connection.lost.aborted || isNotNow(connection.refusalCode)) throw error
      log.warn({ source: config.name, folder: selected }, 'the newest mails cannot be read; only their number is shown')
    }
  }

  const shapeOf = (counted: ReadonlyMap<string, Counted>): string => JSON.stringify([...counted])

  return {
    hasOthers: otherPaths.length > 0,
    async look(others) {
      let { counted, newest } = await pass(others)
      const passes = others && counted.size > 1 ? PASSES : 1
      for (let done = 1; done < passes && shapeOf(counted) !== told; done += 1) {
        told = shapeOf(counted)
        ;({ counted, newest } = await pass(true))
      }
      told = shapeOf(counted)
      kept = counted
      await readMails(newest)
      reader.follow(counted, (path) => path === selected)
      const folders = paths.flatMap((path): Folder[] => {
        const count = counted.get(path)
        const role = roles.get(path)
        return count ? [{ path, ...(role && { role }), ...count }] : []
      })
      const sum = (key: keyof Counted): number => folders.reduce((before, folder) => before + (folder[key] ?? 0), 0)
      return { id: config.account, unread: sum('unread'), total: sum('total'), folders, latest: reader.latest() }
    },
  }
}

/** What each folder is for, as the server says it (RFC 6154); no answer is no harm. */
async function rolesOf({ client, lost }: Connection, paths: readonly string[]): Promise<ReadonlyMap<string, FolderRole>> {
  const roles = new Map<string, FolderRole>([['INBOX', 'inbox']])
  if (paths.every((path) => path === 'INBOX')) return roles
  try {
    for (const { path, specialUse } of await client.list({ listOnly: true })) {
      const role = FolderRole.safeParse(specialUse?.slice(1).toLowerCase())
      if (!role.success) continue
      roles.set(path, role.data)
      // The library puts the prefix of the personal namespace before a path that lacks it.
      const prefix = client.namespace?.prefix ?? ''
      if (prefix !== '' && path.startsWith(prefix)) roles.set(path.slice(prefix.length), role.data)
    }
  } catch (error) {
    if (lost.aborted) throw error
  }
  return roles
}

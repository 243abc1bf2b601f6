/** The mailboxes of an account (RFC 8621, section 2), and which of them are counted. */
import { z } from 'zod'
import { type Folder, LIMITS } from '../../../common/protocol/wire.ts'
import { readable } from '../../platform/text.ts'
import { mapInTurns, slicesOf } from '../../platform/turns.ts'
import { type ChosenFolder, chooseFolders } from '../lib/folders/choose.ts'
import { countedFolder, createUniquePaths } from '../lib/folders/counts.ts'
import type { ListedFolder } from '../lib/folders/roles.ts'
import { SourceError } from '../source.ts'
import { validOnesInTurns } from '../lib/valid-ones.ts'
import { CallError, chunksOf, Id } from './calls.ts'
import type { JmapClient } from './client.ts'

/** Null for a count that the server does not give, or gives as what is no count: -1, for example. */
const Count = z.int().min(0).max(Number.MAX_SAFE_INTEGER).nullable().catch(null)

export const Mailbox = z.object({
  id: Id,
  name: z.string().catch(''),
  parentId: Id.nullish().catch(null),
  role: z.string().nullish().catch(null),
  totalEmails: Count,
  unreadEmails: Count,
  totalThreads: Count,
  unreadThreads: Count,
})
export type Mailbox = z.infer<typeof Mailbox>

export const PROPERTIES = Object.keys(Mailbox.shape)

const MAX_MAILBOXES = 20_000

export const MailboxGet = z.object({ state: z.string().catch(''), list: z.array(z.unknown()).max(MAX_MAILBOXES) })
const MailboxQuery = z.object({ ids: z.array(Id).max(MAX_MAILBOXES) })

export interface ChosenMailbox {
  readonly id: string
  readonly mailbox: Mailbox
  readonly folder: ChosenFolder
}

/** Also ends the path of a mailbox that is its own parent. */
const MAX_LEVELS = 100

/** Names from the top level down, separated by slashes. The end of a path that is too long is cut. */
function createPaths(all: ReadonlyMap<string, Mailbox>) {
  const paths = new Map<string, string>()
  return function pathOf({ id, name, parentId }: Mailbox, levels = 1): string {
    const known = paths.get(id)
    if (known !== undefined) return known
    const parent = levels < MAX_LEVELS ? all.get(parentId ?? '') : undefined
    const path = readable(parent ? `${pathOf(parent, levels + 1)}/${name}` : name)
    paths.set(id, path)
    return path
  }
}

/** All mailboxes by id, and the state from which the server reports changes. */
export async function readMailboxes(client: JmapClient): Promise<{ readonly mailboxes: Map<string, Mailbox>; state: string }> {
  try {
    return await readAllMailboxes(client, { properties: PROPERTIES })
  } catch (error) {
    if (!(error instanceof CallError)) throw error
    // There are more than one call may ask for (RFC 8620, section 5.1).
    if (error.type === 'requestTooLarge') return await readMailboxesInParts(client)
    // A server without some of the counts refuses their names.
    if (error.type === 'invalidArguments') return await readAllMailboxes(client, {})
    throw error
  }
}

async function readAllMailboxes(client: JmapClient, which: object): Promise<{ readonly mailboxes: Map<string, Mailbox>; state: string }> {
  const responses = await client.call([['Mailbox/get', { accountId: client.session.accountId, ids: null, ...which }, 'all']])
  const { list, state } = responses.of('all', MailboxGet)
  return { mailboxes: byId(await validOnesInTurns(Mailbox, list)), state }
}

const byId = (list: readonly Mailbox[]): Map<string, Mailbox> => new Map(list.map((mailbox) => [mailbox.id, mailbox]))

async function readMailboxesInParts(client: JmapClient): Promise<{ readonly mailboxes: Map<string, Mailbox>; state: string }> {
  const { accountId, maxObjectsInGet } = client.session
  const { ids } = (await client.call([['Mailbox/query', { accountId }, 'ids']])).of('ids', MailboxQuery)
  const mailboxes = new Map<string, Mailbox>()
  let oldest = ''
  for (const part of chunksOf(ids, maxObjectsInGet)) {
    const responses = await client.call([['Mailbox/get', { accountId, ids: part, properties: PROPERTIES }, 'part']])
    const { list, state } = responses.of('part', MailboxGet)
    oldest ||= state
    for (const mailbox of await validOnesInTurns(Mailbox, list)) mailboxes.set(mailbox.id, mailbox)
  }
  return { mailboxes, state: oldest }
}

/**
 * In the order of the entries of `folders`, each mailbox once; at least one.
 * @param onAbsent called with the path of each entry that names no mailbox
 * @throws SourceError where none exists
 */
export async function chooseMailboxes(
  entries: readonly string[],
  all: ReadonlyMap<string, Mailbox>,
  origin: string,
  onAbsent: (path: string) => void = () => undefined,
): Promise<readonly ChosenMailbox[]> {
  const pathOf = createPaths(all)
  const listed = await mapInTurns(all.values(), (mailbox): ListedFolder & { readonly mailbox: Mailbox } => ({
    mailbox,
    path: mailbox.role === 'inbox' ? 'INBOX' : pathOf(mailbox),
    delimiter: '/',
    flags: new Set(mailbox.role ? [`\\${mailbox.role.toLowerCase()}`] : []),
  }))
  const uniquePath = createUniquePaths()
  const chosen: ChosenMailbox[] = []
  for await (const slice of slicesOf(await chooseFolders(entries, listed))) {
    for (const folder of slice) {
      const mailbox = folder.listed?.mailbox
      if (!mailbox) onAbsent(folder.path)
      else if (chosen.length < LIMITS.foldersPerAccount)
        chosen.push({ id: mailbox.id, mailbox, folder: { ...folder, path: uniquePath(folder.path) } })
    }
  }
  if (chosen.length === 0) throw new SourceError('config', `${origin} has no mailbox ${entries.join(', ')} for this user; check folders.`)
  return chosen
}

/**
 * Null where the server gives no valid count.
 * @param unit emails, or conversations with an unread email.
 */
export function folderOf({ folder, mailbox }: ChosenMailbox, unit: 'emails' | 'threads'): Folder | null {
  const [unread, total] = unit === 'emails' ? [mailbox.unreadEmails, mailbox.totalEmails] : [mailbox.unreadThreads, mailbox.totalThreads]
  return unread === null ? null : folderWith(folder, unread, total)
}

export function folderWith(chosen: ChosenFolder, unread: number, total: number | null): Folder {
  const { total: _, ...folder } = countedFolder(chosen, { unread, total: 0 })
  return total === null ? folder : { ...folder, total }
}

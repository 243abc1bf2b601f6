/** The mailboxes of an account, kept in step with the server (RFC 8621, section 2), and which of them are counted. */
import { z } from 'zod'
import type { Folder, FolderRole } from '../../../common/protocol/wire.ts'
import { LIMITS } from '../../../common/protocol/wire.ts'
import { chooseFolders, type ListedFolder } from '../folders/choose.ts'
import { SourceError } from '../source.ts'
import { readable } from '../../platform/text.ts'
import type { JmapClient } from './client.ts'

const Id = z.string().min(1).max(255)
const Count = z.int().min(0).max(Number.MAX_SAFE_INTEGER)

const Mailbox = z.object({
  id: Id,
  name: z.string(),
  parentId: Id.nullish(),
  role: z.string().nullish(),
  totalEmails: Count,
  unreadEmails: Count,
  totalThreads: Count,
  unreadThreads: Count,
})
export type Mailbox = z.infer<typeof Mailbox>

export const PROPERTIES = Object.keys(Mailbox.shape)

/** More mailboxes than this are nobody's. */
const MOST = 20_000

export const MailboxGet = z.object({ state: z.string(), list: z.array(Mailbox).max(MOST) })
/** Of mailboxes that changed only in part; the rest of each is as it was. */
export const MailboxUpdate = z.object({ state: z.string(), list: z.array(Mailbox.partial().required({ id: true })).max(MOST) })

export const MailboxChanges = z.object({
  newState: z.string(),
  hasMoreChanges: z.boolean(),
  created: z.array(Id),
  updated: z.array(Id),
  destroyed: z.array(Id),
  updatedProperties: z.array(z.string()).nullish(),
})

export interface ChosenMailbox extends Mailbox {
  readonly path: string
  readonly chosenRole: FolderRole | undefined
}

/** Deeper than this nobody nests, and a mailbox that is its own parent ends there. */
const LEVELS = 100

/** Names from the top down, with a slash between; a name is on one line, and bounded. */
function pathOf({ name, parentId }: Mailbox, all: ReadonlyMap<string, Mailbox>): string {
  const names = [name]
  for (let above = parentId; above && names.length < LEVELS;) {
    const parent = all.get(above)
    if (!parent) break
    names.unshift(parent.name)
    above = parent.parentId
  }
  return readable(names.join('/'))
}

/** All of them, by id, and the state of which changes are told. */
export async function readMailboxes(client: JmapClient): Promise<{ readonly mailboxes: Map<string, Mailbox>; state: string }> {
  const { accountId } = client.session
  const answers = await client.call([['Mailbox/get', { accountId, ids: null, properties: PROPERTIES }, 'all']])
  const { list, state } = answers.of('all', MailboxGet)
  return { mailboxes: new Map(list.map((mailbox) => [mailbox.id, mailbox])), state }
}

/**
 * In the order of the entries of `folders`, each mailbox once; at least one.
 * @throws SourceError where there is none of them
 */
export function chooseMailboxes(folders: readonly string[], all: ReadonlyMap<string, Mailbox>, origin: string): readonly ChosenMailbox[] {
  const byPath = new Map<string, Mailbox>()
  const listed: ListedFolder[] = []
  for (const mailbox of all.values()) {
    const path = mailbox.role === 'inbox' ? 'INBOX' : pathOf(mailbox, all)
    if (byPath.has(path)) continue
    byPath.set(path, mailbox)
    listed.push({ path, delimiter: '/', flags: new Set(mailbox.role ? [`\\${mailbox.role.toLowerCase()}`] : []) })
  }
  const chosen = chooseFolders(folders, listed, { own: '', others: [] })
    .flatMap(({ path, role }): ChosenMailbox[] => {
      const mailbox = byPath.get(path)
      return mailbox ? [{ ...mailbox, path, chosenRole: role }] : []
    })
    .slice(0, LIMITS.foldersPerAccount)
  if (chosen.length === 0) throw new SourceError('config', `${origin} has no mailbox ${folders.join(', ')} for this user; check folders.`)
  return chosen
}

/** @param counts mails, or conversations with an unread mail. */
export function folderOf(
  { path, chosenRole, ...mailbox }: ChosenMailbox,
  counts: 'emails' | 'threads',
): Folder & { readonly total: number } {
  return {
    path,
    ...(chosenRole && { role: chosenRole }),
    unread: counts === 'emails' ? mailbox.unreadEmails : mailbox.unreadThreads,
    total: counts === 'emails' ? mailbox.totalEmails : mailbox.totalThreads,
  }
}

/** The mailboxes of an account (RFC 8621, section 2), and which of them are counted. */
import { z } from 'zod'
import { type Folder, LIMITS } from '../../../common/protocol/wire.ts'
import { readable } from '../../platform/text.ts'
import { type ChosenFolder, chooseFolders, type ListedFolder } from '../folders/choose.ts'
import { countedFolder } from '../folders/counts.ts'
import { SourceError } from '../source.ts'
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

const MAX_MAILBOXES = 20_000

export const MailboxGet = z.object({ state: z.string(), list: z.array(Mailbox).max(MAX_MAILBOXES) })
/** With the changed properties only. */
export const MailboxUpdate = z.object({ state: z.string(), list: z.array(Mailbox.partial().required({ id: true })).max(MAX_MAILBOXES) })

export const MailboxChanges = z.object({ newState: z.string(), hasMoreChanges: z.boolean(), destroyed: z.array(Id) })

export interface ChosenMailbox {
  readonly id: string
  readonly mailbox: Mailbox
  readonly folder: ChosenFolder
}

/** Also ends the path of a mailbox that is its own parent. */
const MAX_LEVELS = 100

/** Names from the top level down, separated by slashes. */
function pathOf({ name, parentId }: Mailbox, all: ReadonlyMap<string, Mailbox>): string {
  const names = [name]
  for (let parent = all.get(parentId ?? ''); parent && names.length < MAX_LEVELS; parent = all.get(parent.parentId ?? ''))
    names.unshift(parent.name)
  return readable(names.join('/'))
}

/** All mailboxes by id, and the state from which the server reports changes. */
export async function readMailboxes(client: JmapClient): Promise<{ readonly mailboxes: Map<string, Mailbox>; state: string }> {
  const { accountId } = client.session
  const responses = await client.call([['Mailbox/get', { accountId, ids: null, properties: PROPERTIES }, 'all']])
  const { list, state } = responses.of('all', MailboxGet)
  return { mailboxes: new Map(list.map((mailbox) => [mailbox.id, mailbox])), state }
}

/**
 * In the order of the entries of `folders`, each mailbox once; at least one.
 * @throws SourceError where none exists
 */
export function chooseMailboxes(entries: readonly string[], all: ReadonlyMap<string, Mailbox>, origin: string): readonly ChosenMailbox[] {
  const byPath = new Map<string, Mailbox>()
  const listed: ListedFolder[] = []
  for (const mailbox of all.values()) {
    const path = mailbox.role === 'inbox' ? 'INBOX' : pathOf(mailbox, all)
    if (byPath.has(path)) continue
    byPath.set(path, mailbox)
    listed.push({ path, delimiter: '/', flags: new Set(mailbox.role ? [`\\${mailbox.role.toLowerCase()}`] : []) })
  }
  const chosen = chooseFolders(entries, listed)
    .flatMap((folder): ChosenMailbox[] => {
      const mailbox = byPath.get(folder.path)
      return mailbox ? [{ id: mailbox.id, mailbox, folder }] : []
    })
    .slice(0, LIMITS.foldersPerAccount)
  if (chosen.length === 0) throw new SourceError('config', `${origin} has no mailbox ${entries.join(', ')} for this user; check folders.`)
  return chosen
}

/** @param unit emails, or conversations with an unread email. */
export const folderOf = ({ folder, mailbox }: ChosenMailbox, unit: 'emails' | 'threads'): Folder =>
  unit === 'emails'
    ? countedFolder(folder, { unread: mailbox.unreadEmails, total: mailbox.totalEmails })
    : countedFolder(folder, { unread: mailbox.unreadThreads, total: mailbox.totalThreads })

/** The mailboxes of an account (RFC 8621, section 2), and which of them are counted. */
import { z } from 'zod'
import { type Folder, LIMITS } from '../../../common/protocol/wire.ts'
import { readable } from '../../platform/text.ts'
import { type ChosenFolder, chooseFolders } from '../folders/choose.ts'
import { countedFolder } from '../folders/counts.ts'
import type { ListedFolder } from '../folders/roles.ts'
import { SourceError } from '../source.ts'
import { type Call, CallError, Id, type MethodResponses } from './calls.ts'
import type { JmapClient } from './client.ts'

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

const PROPERTIES = Object.keys(Mailbox.shape)

const MAX_MAILBOXES = 20_000
/** Requests for one series of changes; after it, all mailboxes are read. */
const MAX_CHANGE_REQUESTS = 10

const MailboxGet = z.object({ state: z.string(), list: z.array(Mailbox).max(MAX_MAILBOXES) })
/** With the changed properties only. */
const MailboxUpdate = z.object({ state: z.string(), list: z.array(Mailbox.partial().required({ id: true })).max(MAX_MAILBOXES) })

const MailboxChanges = z.object({ newState: z.string(), hasMoreChanges: z.boolean(), destroyed: z.array(Id) })

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
  const { accountId } = client.session
  const responses = await client.call([['Mailbox/get', { accountId, ids: null, properties: PROPERTIES }, 'all']])
  const { list, state } = responses.of('all', MailboxGet)
  return { mailboxes: new Map(list.map((mailbox) => [mailbox.id, mailbox])), state }
}

/** Takes an argument from the response to Mailbox/changes (RFC 8620, section 3.7). */
const fromChanges = (path: string): object => ({ resultOf: 'changes', name: 'Mailbox/changes', path })

/** All mailboxes, of which `refresh` reads only the changes where the server can calculate them. */
export function createMailboxCache(client: JmapClient) {
  const { accountId, maxObjectsInGet } = client.session
  let cached: Awaited<ReturnType<typeof readMailboxes>> | null = null

  /** Applies the changes since the last count. Returns the responses to `more`, or null where all mailboxes must be read. */
  async function applyChanges(more: readonly Call[]): Promise<MethodResponses | null> {
    if (!cached) return null
    const { mailboxes } = cached
    for (let requests = 0; requests < MAX_CHANGE_REQUESTS; requests += 1) {
      const responses = await client.call([
        ['Mailbox/changes', { accountId, sinceState: cached.state, maxChanges: maxObjectsInGet }, 'changes'],
        ['Mailbox/get', { accountId, '#ids': fromChanges('/created'), properties: PROPERTIES }, 'created'],
        // The server names the properties: mostly only the counts.
        ['Mailbox/get', { accountId, '#ids': fromChanges('/updated'), '#properties': fromChanges('/updatedProperties') }, 'updated'],
        ...more,
      ])
      const { newState, hasMoreChanges, destroyed } = responses.of('changes', MailboxChanges)
      for (const mailbox of responses.of('created', MailboxGet).list) mailboxes.set(mailbox.id, mailbox)
      for (const update of responses.of('updated', MailboxUpdate).list) {
        const before = mailboxes.get(update.id)
        if (!before) return null
        mailboxes.set(update.id, Object.assign({}, before, update))
      }
      for (const id of destroyed) mailboxes.delete(id)
      cached.state = newState
      if (!hasMoreChanges) return responses
    }
    return null
  }

  return {
    all: (): ReadonlyMap<string, Mailbox> => cached?.mailboxes ?? new Map(),
    /** Updates the mailboxes; null where the responses to `more` are missing. */
    async refresh(more: readonly Call[]): Promise<MethodResponses | null> {
      try {
        const responses = await applyChanges(more)
        if (responses) return responses
      } catch (error) {
        // Where the server cannot calculate changes, it still lists the mailboxes.
        if (!(error instanceof CallError)) throw error
      }
      cached = await readMailboxes(client)
      return null
    },
  }
}

/**
 * In the order of the entries of `folders`, each mailbox once; at least one.
 * @throws SourceError where none exists
 */
export function chooseMailboxes(entries: readonly string[], all: ReadonlyMap<string, Mailbox>, origin: string): readonly ChosenMailbox[] {
  const pathOf = createPaths(all)
  const listed = Array.from(all.values(), (mailbox): ListedFolder & { readonly mailbox: Mailbox } => ({
    mailbox,
    path: mailbox.role === 'inbox' ? 'INBOX' : pathOf(mailbox),
    delimiter: '/',
    flags: new Set(mailbox.role ? [`\\${mailbox.role.toLowerCase()}`] : []),
  }))
  const found = chooseFolders(entries, listed).flatMap((folder): ChosenMailbox[] => {
    const mailbox = folder.listed?.mailbox
    return mailbox ? [{ id: mailbox.id, mailbox, folder }] : []
  })
  const chosen = found.slice(0, LIMITS.foldersPerAccount)
  if (chosen.length === 0) throw new SourceError('config', `${origin} has no mailbox ${entries.join(', ')} for this user; check folders.`)
  return chosen
}

/** @param unit emails, or conversations with an unread email. */
export const folderOf = ({ folder, mailbox }: ChosenMailbox, unit: 'emails' | 'threads'): Folder =>
  unit === 'emails'
    ? countedFolder(folder, { unread: mailbox.unreadEmails, total: mailbox.totalEmails })
    : countedFolder(folder, { unread: mailbox.unreadThreads, total: mailbox.totalThreads })

/** Counts the chosen mailboxes of an account, and reads its newest unread messages, in one request. */
import { sumFolders } from '../folders/counts.ts'
import type { AccountCounts } from '../source.ts'
import { type Call, CallError, type MethodResponses } from './calls.ts'
import type { JmapClient } from './client.ts'
import type { JmapSourceConfig } from './config.ts'
import {
  type ChosenMailbox,
  chooseMailboxes,
  folderOf,
  type Mailbox,
  MailboxChanges,
  MailboxGet,
  MailboxUpdate,
  PROPERTIES,
  readMailboxes,
} from './mailboxes.ts'
import { EmailGet, EmailQuery, messageOf, newestUnreadCalls } from './messages.ts'

/** Counts that contradict each other, since messages moved between two calls, are read again, but not endlessly. */
const MAX_PASSES = 4
/** Requests for one series of changes; after it, all mailboxes are read. */
const MAX_CHANGE_REQUESTS = 10

/** @returns a function that counts. It throws SourceError, or an error for JmapClient.toSourceError. */
export function createMailboxCounter(
  client: JmapClient,
  { account, folders: entries, count: unit, webUrl }: JmapSourceConfig,
): () => Promise<AccountCounts> {
  const { accountId, maxObjectsInGet } = client.session
  let cached: { readonly mailboxes: Map<string, Mailbox>; state: string } | null = null
  let chosen: readonly ChosenMailbox[] = []

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

  /** Updates the mailboxes; null where the responses to `more` are missing. */
  async function refresh(more: readonly Call[]): Promise<MethodResponses | null> {
    try {
      const responses = await applyChanges(more)
      if (responses) return responses
    } catch (error) {
      // Where the server cannot calculate changes, it still lists the mailboxes.
      if (!(error instanceof CallError)) throw error
    }
    cached = await readMailboxes(client)
    return null
  }

  async function countOnce(): Promise<{ readonly isConsistent: boolean; readonly counts: AccountCounts }> {
    const before = chosen
    let responses = await refresh(before.length > 0 ? newestUnreadCalls(accountId, before, unit) : [])
    chosen = chooseMailboxes(entries, cached?.mailboxes ?? new Map(), client.origin)
    if (!responses || !isSameChoice(before, chosen)) responses = await client.call(newestUnreadCalls(accountId, chosen, unit))
    const folders = chosen.map((mailbox) => folderOf(mailbox, unit))
    const sums = sumFolders(folders)
    const { ids, total = sums.unread } = responses.of('unread', EmailQuery)
    // A message in two mailboxes is one message: for several mailboxes, the server's own count is right.
    const unread = folders.length === 1 ? sums.unread : total
    const paths = new Map(chosen.map(({ id, folder }) => [id, folder.path]))
    const emails = new Map(responses.of('newest', EmailGet).list.map((email) => [email.id, email]))
    return {
      isConsistent: unread <= sums.unread && folders.every((folder) => unread >= folder.unread),
      counts: {
        id: account,
        unread,
        // A sum would count a message in two mailboxes twice.
        ...(folders.length === 1 && { total: sums.total }),
        folders,
        latest: ids.flatMap((id) => {
          const email = emails.get(id)
          return email ? [messageOf(email, paths, webUrl)] : []
        }),
        actions: ['read', 'archive', 'delete'],
        url: webUrl,
      },
    }
  }

  return async () => {
    for (let pass = 1; ; pass += 1) {
      const { isConsistent, counts } = await countOnce()
      if (isConsistent || pass === MAX_PASSES) return counts
    }
  }
}

/** Takes an argument from the response to Mailbox/changes (RFC 8620, section 3.7). */
const fromChanges = (path: string): object => ({ resultOf: 'changes', name: 'Mailbox/changes', path })

const isSameChoice = (a: readonly ChosenMailbox[], b: readonly ChosenMailbox[]): boolean =>
  a.length === b.length && a.every(({ id }, i) => id === b[i]?.id)

/** Looks at the chosen mailboxes of an account: their counts, and the newest unread mails, in one request. */
import type { JmapSourceConfig } from './config.ts'
import type { AccountCounts } from '../source.ts'
import { type MethodResponses, type Call, CallError } from './calls.ts'
import type { JmapClient } from './client.ts'
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
import { EMAIL_PROPERTIES, EmailGet, EmailQuery, messageOf, NEWEST, unreadIn } from './messages.ts'

export interface MailboxCounter {
  /** @throws SourceError, or what JmapClient.explain puts into words */
  count(): Promise<AccountCounts>
}

/** Numbers that do not fit, since mails moved between two questions, are asked for again, but not for ever. */
const PASSES = 4
/** Changes that a server tells only bit by bit; past that everything is asked for. */
const MOST_BITS = 10

export function createMailboxCounter(client: JmapClient, { account, folders: wanted, count, webUrl }: JmapSourceConfig): MailboxCounter {
  const { accountId, maxObjectsInGet } = client.session
  let known: { readonly mailboxes: Map<string, Mailbox>; state: string } | null = null
  let chosen: readonly ChosenMailbox[] = []

  async function readAll(): Promise<void> {
    known = await readMailboxes(client)
  }

  /** Takes over what changed since the last look; gives the answers to `more`, or null where all must be asked for. */
  async function readChanges(more: readonly Call[]): Promise<MethodResponses | null> {
    if (!known) return null
    const { mailboxes } = known
    for (let bits = 0; bits < MOST_BITS; bits += 1) {
      const answers = await client.call([
        ['Mailbox/changes', { accountId, sinceState: known.state, maxChanges: maxObjectsInGet }, 'changes'],
        ['Mailbox/get', { accountId, '#ids': ofChanges('/created'), properties: PROPERTIES }, 'created'],
        // Which properties those are is for the server to say: mostly, only the counts.
        ['Mailbox/get', { accountId, '#ids': ofChanges('/updated'), '#properties': ofChanges('/updatedProperties') }, 'updated'],
        ...more,
      ])
      const { newState, hasMoreChanges, destroyed } = answers.of('changes', MailboxChanges)
      for (const mailbox of answers.of('created', MailboxGet).list) mailboxes.set(mailbox.id, mailbox)
      for (const update of answers.of('updated', MailboxUpdate).list) {
        const before = mailboxes.get(update.id)
        if (!before) return null
        mailboxes.set(update.id, Object.assign({}, before, update))
      }
      for (const id of destroyed) mailboxes.delete(id)
      known.state = newState
      if (!hasMoreChanges) return answers
    }
    return null
  }

  async function refresh(more: readonly Call[]): Promise<MethodResponses | null> {
    try {
      const answers = await readChanges(more)
      if (answers) return answers
    } catch (error) {
      // What the server can't tell as a change, it tells as a whole.
      if (!(error instanceof CallError)) throw error
    }
    await readAll()
    return null
  }

  const unread = (): readonly Call[] => [
    [
      'Email/query',
      {
        accountId,
        filter: unreadIn(chosen.map(({ id }) => id)),
        sort: [{ property: 'receivedAt', isAscending: false }],
        collapseThreads: count === 'threads',
        limit: NEWEST,
        calculateTotal: true,
      },
      'unread',
    ],
    ['Email/get', { accountId, '#ids': { resultOf: 'unread', name: 'Email/query', path: '/ids' }, properties: EMAIL_PROPERTIES }, 'newest'],
  ]

  return {
    async count() {
      for (let pass = 1; ; pass += 1) {
        const asked = chosen
        let answers = await refresh(asked.length > 0 ? unread() : [])
        chosen = chooseMailboxes(wanted, known?.mailboxes ?? new Map(), client.origin)
        if (!answers || !sameMailboxes(asked, chosen)) answers = await client.call(unread())
        const folders = chosen.map((mailbox) => folderOf(mailbox, count))
        const found = answers.of('unread', EmailQuery)
        const counts = folders.map((folder) => folder.unread)
        const sum = counts.reduce((before, each) => before + each, 0)
        // A mail in two mailboxes is one mail: of several, the server counts them together.
        const together = folders.length === 1 ? sum : (found.total ?? sum)
        const fits = together <= sum && together >= Math.max(...counts)
        if (!fits && pass < PASSES) continue
        const paths = new Map(chosen.map(({ id, path }) => [id, path]))
        const emails = new Map(answers.of('newest', EmailGet).list.map((email) => [email.id, email]))
        return {
          id: account,
          unread: together,
          // A mail in two mailboxes would be counted twice.
          ...(folders.length === 1 && { total: folders[0]?.total }),
          folders,
          latest: found.ids.flatMap((id) => {
            const email = emails.get(id)
            return email ? [messageOf(email, paths, webUrl)] : []
          }),
          actions: ['read', 'archive', 'delete'],
          ...(webUrl !== undefined && { url: webUrl }),
        }
      }
    },
  }
}

/** Takes what a call needs from the answer to the one before it (RFC 8620, section 3.7). */
const ofChanges = (path: string): object => ({ resultOf: 'changes', name: 'Mailbox/changes', path })

const sameMailboxes = (a: readonly ChosenMailbox[], b: readonly ChosenMailbox[]): boolean =>
  a.length === b.length && a.every(({ id }, i) => id === b[i]?.id)

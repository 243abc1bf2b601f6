/** The mailboxes of an account, kept up to date by their changes (RFC 8620, section 5.2). */
import { z } from 'zod'
import { validOnesInTurns } from '../lib/valid-ones.ts'
import { type Call, CallError, Id, type MethodResponses } from './calls.ts'
import type { JmapClient } from './client.ts'
import { Mailbox, MailboxGet, PROPERTIES, readMailboxes } from './mailboxes.ts'

/** Requests for one series of changes; after it, all mailboxes are read. */
const MAX_CHANGE_REQUESTS = 10
/** Between two reads of all mailboxes: finds what a server changes without changing its state. */
const FULL_INTERVAL_MS = 600_000

const COUNTS = ['totalEmails', 'unreadEmails', 'totalThreads', 'unreadThreads']

/** With some of the properties. */
const MailboxUpdate = z.looseObject({ id: Id })

const MailboxChanges = z.object({ newState: z.string(), hasMoreChanges: z.boolean(), destroyed: z.array(Id) })

/** Takes an argument from the response to Mailbox/changes (RFC 8620, section 3.7). */
const fromChanges = (path: string): object => ({ resultOf: 'changes', name: 'Mailbox/changes', path })

/** The calls of a refresh besides those that are added to it. */
const REFRESH_CALLS = 4

/** All mailboxes, of which `refresh` reads only the changes where the server can calculate them. */
export function createMailboxCache(client: JmapClient) {
  const { accountId, maxObjectsInGet, maxCallsInRequest } = client.session
  let cached: (Awaited<ReturnType<typeof readMailboxes>> & { readonly readAtMs: number }) | null = null

  /** Applies the changes since the last count. Returns the responses to `more`, or null where all mailboxes must be read. */
  async function applyChanges(counted: readonly string[], more: readonly Call[]): Promise<MethodResponses | null> {
    if (!cached || cached.state === '' || performance.now() - cached.readAtMs > FULL_INTERVAL_MS) return null
    if (maxCallsInRequest < REFRESH_CALLS + more.length || maxObjectsInGet < counted.length) return null
    const { mailboxes } = cached
    for (let requests = 0; requests < MAX_CHANGE_REQUESTS; requests += 1) {
      const responses = await client.call([
        ['Mailbox/changes', { accountId, sinceState: cached.state, maxChanges: maxObjectsInGet }, 'changes'],
        ['Mailbox/get', { accountId, '#ids': fromChanges('/created'), properties: PROPERTIES }, 'created'],
        // The server names the properties: mostly only the counts.
        ['Mailbox/get', { accountId, '#ids': fromChanges('/updated'), '#properties': fromChanges('/updatedProperties') }, 'updated'],
        // Some servers change a count and not the state.
        ['Mailbox/get', { accountId, ids: counted, properties: ['id', ...COUNTS] }, 'counted'],
        ...more,
      ])
      const { newState, hasMoreChanges, destroyed } = responses.of('changes', MailboxChanges)
      for (const mailbox of await validOnesInTurns(Mailbox, responses.of('created', MailboxGet).list)) mailboxes.set(mailbox.id, mailbox)
      const recounted = await validOnesInTurns(MailboxUpdate, responses.of('counted', MailboxGet).list)
      for (const update of [...(await validOnesInTurns(MailboxUpdate, responses.of('updated', MailboxGet).list)), ...recounted]) {
        const before = mailboxes.get(update.id)
        if (!before) return null
        mailboxes.set(update.id, Mailbox.parse({ ...before, ...update }))
      }
      for (const id of destroyed) mailboxes.delete(id)
      if (counted.some((id) => mailboxes.has(id) && !recounted.some((update) => update.id === id))) return null
      cached.state = newState
      if (!hasMoreChanges) return responses
    }
    return null
  }

  return {
    all: (): ReadonlyMap<string, Mailbox> => cached?.mailboxes ?? new Map(),
    /**
     * Updates the mailboxes; null where the responses to `more` are missing.
     * @param counted the mailboxes whose counts are read in any case
     */
    async refresh(counted: readonly string[], more: readonly Call[]): Promise<MethodResponses | null> {
      try {
        const responses = await applyChanges(counted, more)
        if (responses) return responses
      } catch (error) {
        // Where the server cannot calculate changes, it still lists the mailboxes.
        if (!(error instanceof CallError)) throw error
      }
      cached = { ...(await readMailboxes(client)), readAtMs: performance.now() }
      return null
    },
  }
}

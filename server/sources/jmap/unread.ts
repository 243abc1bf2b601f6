/** The unread messages of the counted mailboxes: the newest of them, and how many there are in all mailboxes together. */
import { z } from 'zod'
import { LATEST_MESSAGES } from '../lib/mail/latest.ts'
import { SourceError } from '../source.ts'
import { type Call, CallError, chunksOf, Id, type MethodResponses } from './calls.ts'
import type { JmapClient } from './client.ts'
import { type Email, EMAIL_PROPERTIES, EmailGet, isUnread, latestOf, newestFirst } from './messages.ts'
import { isExact, type QueryForm, queryArguments, type QueryMemory } from './query-form.ts'

export const EmailQuery = z.object({
  ids: z.array(Id),
  total: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional().catch(undefined),
})

export interface Unread {
  /** In all mailboxes together, each once; undefined where the server does not say. */
  readonly total: number | undefined
  /** The newest, newest first; undefined where they cannot be read now. */
  readonly newest: readonly Email[] | undefined
}

const NOTHING: Unread = { total: undefined, newest: undefined }

/** Mailboxes with a query of their own, and the messages that it gives of each. */
const MAX_QUERIES = 50
const IDS_PER_QUERY = 250
/** Of which the keywords are read, where the server cannot search for them. */
const SCANNED_PER_MAILBOX = 50

/** A mailbox and its number of unread messages, null where that is unknown. */
export interface Counted {
  readonly id: string
  readonly unread: number | null
}

export function createUnreadReader(client: JmapClient, memory: QueryMemory, unit: 'emails' | 'threads') {
  const { accountId, maxCallsInRequest, maxObjectsInGet } = client.session
  const isCollapsed = unit === 'threads'
  /** Whether a query counts in the unit that is counted. */
  const hasUnit = (form: QueryForm): boolean => !isCollapsed || form.collapsesThreads

  /** `unread` (EmailQuery) and `newest` (EmailGet). */
  function jointCalls(form: QueryForm, ids: readonly string[]): readonly Call[] {
    const limit = form.isSorted ? LATEST_MESSAGES : IDS_PER_QUERY
    const found = { resultOf: 'unread', name: 'Email/query', path: '/ids' }
    return [
      ['Email/query', { accountId, ...queryArguments(form, ids), limit }, 'unread'],
      ['Email/get', { accountId, '#ids': found, properties: EMAIL_PROPERTIES }, 'newest'],
    ]
  }

  /** @throws CallError where the query is refused */
  function readJoint(form: QueryForm, responses: MethodResponses): Unread {
    const { ids, total } = responses.of('unread', EmailQuery)
    const all = ids.length < LATEST_MESSAGES ? ids.length : undefined
    const emails = inOrder(ids, emailsOf(responses))
    const newest = emails && latestOf(form.isSorted ? emails : newestFirst(emails), isCollapsed)
    return { total: hasUnit(form) ? (total ?? all) : undefined, newest }
  }

  /** One query for each mailbox; what is refused for some of them only is left out. @throws CallError where all are refused */
  async function readEach(form: QueryForm, counted: readonly Counted[]): Promise<Unread> {
    const unread = counted.filter((mailbox) => mailbox.unread !== 0)
    const limit = form.filter === 'mailbox' ? SCANNED_PER_MAILBOX : IDS_PER_QUERY
    const found = new Map<string, readonly string[]>()
    let refusal: CallError | null = null
    for (const part of chunksOf(unread.slice(0, MAX_QUERIES), maxCallsInRequest)) {
      const calls = part.map(({ id }): Call => ['Email/query', { accountId, ...queryArguments(form, [id]), limit }, id])
      const responses = await client.call(calls)
      for (const { id } of part) {
        try {
          found.set(id, responses.of(id, EmailQuery).ids.slice(0, limit))
        } catch (error) {
          if (!(error instanceof CallError)) throw error
          refusal ??= error
        }
      }
    }
    if (refusal && found.size === 0) throw refusal
    const perMailbox = form.isSorted && isExact(form) ? LATEST_MESSAGES : SCANNED_PER_MAILBOX
    const ids = [...new Set([...found.values()].flatMap((list) => list.slice(0, perMailbox)))]
    const emails: Email[] = []
    for (const part of chunksOf(ids, maxObjectsInGet)) {
      const responses = await client.call([['Email/get', { accountId, ids: part, properties: EMAIL_PROPERTIES }, 'newest']])
      emails.push(...(emailsOf(responses) ?? []))
    }
    const known = new Set(emails.filter(isUnread).map(({ id }) => id))
    const unreadIn = (id: string): readonly string[] => found.get(id)?.filter((each) => isExact(form) || known.has(each)) ?? []
    // The lists are complete if they are as long as Mailbox/get says.
    const isComplete = hasUnit(form) && unread.every(({ id, unread: count }) => unreadIn(id).length === count)
    return {
      total: isComplete ? new Set(unread.flatMap(({ id }) => unreadIn(id))).size : undefined,
      newest: ids.length > 0 && emails.length === 0 ? undefined : latestOf(newestFirst(emails), isCollapsed),
    }
  }

  return {
    /** The calls that may share a request with others; none where the server may refuse them. */
    calls(ids: readonly string[]): readonly Call[] {
      const form = memory.form()
      return memory.isProven() && form.filter === 'joint' && ids.length > 0 ? jointCalls(form, ids) : []
    },
    /**
     * @param shared the responses to `calls`; null where there are none for these mailboxes
     * @throws SourceError where the whole source has to stop, or to pause
     */
    async read(counted: readonly Counted[], shared: MethodResponses | null): Promise<Unread> {
      const ids = counted.map(({ id }) => id)
      let responses = shared
      for (let form: QueryForm | null = memory.isPaused() ? null : memory.form(); form;) {
        try {
          const isJoint = form.filter === 'joint'
          const unread: Unread = isJoint
            ? readJoint(form, responses ?? (await client.call(jointCalls(form, ids))))
            : await readEach(form, counted)
          memory.answered()
          return unread
        } catch (error) {
          if (error instanceof CallError) form = memory.refused(error.type)
          else if (error instanceof SourceError && error.code !== 'auth' && error.retryAfterMs === undefined) form = memory.failed()
          else throw error
          responses = null
        }
      }
      return NOTHING
    },
  }
}

/** Undefined where the server does not describe them. */
function emailsOf(responses: MethodResponses): readonly Email[] | undefined {
  try {
    return responses.of('newest', EmailGet).list
  } catch (error) {
    if (error instanceof CallError) return undefined
    throw error
  }
}

function inOrder(ids: readonly string[], emails: readonly Email[] | undefined): readonly Email[] | undefined {
  const byId = new Map(emails?.map((email) => [email.id, email]))
  return emails && ids.flatMap((id) => byId.get(id) ?? [])
}

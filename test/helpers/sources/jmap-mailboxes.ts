/** A JMAP server with mailboxes and messages, which can refuse what real servers refuse. It pushes nothing. */
import { text } from 'node:stream/consumers'
import { startWeb } from '../web/web.ts'

interface TestEmail {
  readonly id: string
  readonly mailboxes: readonly string[]
  /** Seen and draft messages are not unread. */
  readonly keywords?: readonly string[]
  readonly threadId?: string
  /** The minute of its arrival. */
  readonly minute: number
}

export type Args = Readonly<Record<string, unknown>>
type MethodCall = readonly [name: string, args: Args]

export interface JmapMailboxes {
  readonly url: string
  emails: readonly TestEmail[]
  /** By id; these properties stand instead of the true ones, undefined for one that is missing. */
  readonly mailboxes: Map<string, Args>
  /** The type of a method error, or a response instead of the true one. */
  answer: (name: string, args: Args) => string | object | null
  /** Answers a request for calls with this status instead. */
  status: (calls: readonly MethodCall[]) => number
  core: Args
  readonly calls: readonly MethodCall[]
  readonly seen: () => readonly string[]
  state: string
  stop(): Promise<void>
}

const MAIL = 'urn:ietf:params:jmap:mail'
const MAX_PAGE = 256

export async function startJmapMailboxes(): Promise<JmapMailboxes> {
  const calls: MethodCall[] = []
  const has = (email: TestEmail, keyword: unknown): boolean => email.keywords?.includes(String(keyword)) === true
  const isUnread = (email: TestEmail): boolean => !has(email, '$seen') && !has(email, '$draft')

  function matches(email: TestEmail, filter: Args): boolean {
    const { operator, conditions, inMailbox, notKeyword } = filter
    if (Array.isArray(conditions))
      return operator === 'OR' ? conditions.some((each) => matches(email, each)) : conditions.every((each) => matches(email, each))
    return (inMailbox === undefined || email.mailboxes.includes(String(inMailbox))) && (notKeyword === undefined || !has(email, notKeyword))
  }

  const threadOf = ({ id, threadId = id }: TestEmail): string => threadId

  function query({ filter, sort, collapseThreads, calculateTotal, anchor, anchorOffset, position, limit }: Args): object | string {
    let found = server.emails.filter((email) => matches(email, filter as Args))
    if (sort !== undefined) found = found.toSorted((a, b) => b.minute - a.minute)
    if (collapseThreads === true)
      found = found.filter((email, at) => found.findIndex((other) => threadOf(other) === threadOf(email)) === at)
    const start = anchor === undefined ? Number(position ?? 0) : found.findIndex(({ id }) => id === anchor)
    if (start < 0) return 'anchorNotFound'
    const page = found.slice(start + Number(anchorOffset ?? 0)).slice(0, Math.min(MAX_PAGE, Number(limit)))
    return { ids: page.map(({ id }) => id), ...(calculateTotal === true && { total: found.length }) }
  }

  function mailbox(id: string): object {
    const all = server.emails.filter(({ mailboxes }) => mailboxes.includes(id))
    const unread = all.filter(isUnread)
    const threads = (emails: readonly TestEmail[]): number => new Set(emails.map(threadOf)).size
    const counts = { totalEmails: all.length, unreadEmails: unread.length, totalThreads: threads(all), unreadThreads: threads(unread) }
    return { id, name: id, parentId: null, role: id === 'inbox' ? 'inbox' : null, ...counts, ...server.mailboxes.get(id) }
  }

  const email = ({ id, mailboxes, keywords = [], minute, threadId = id }: TestEmail): object => ({
    id,
    threadId,
    mailboxIds: Object.fromEntries(mailboxes.map((each) => [each, true])),
    keywords: Object.fromEntries(keywords.map((keyword) => [keyword, true])),
    from: [{ name: 'Kim', email: 'kim@example.org' }],
    subject: id,
    receivedAt: new Date(Date.UTC(2026, 0, 1, 9, minute)).toISOString(),
    messageId: null,
  })

  function set({ update = {} }: Args): object {
    const ids = Object.keys(update as Args)
    server.emails = server.emails.map((each) => (ids.includes(each.id) ? { ...each, keywords: [...(each.keywords ?? []), '$seen'] } : each))
    return { updated: Object.fromEntries(ids.map((id) => [id, null])) }
  }

  function respond(name: string, args: Args): object | string {
    const ids = args['ids'] as readonly string[] | null | undefined
    switch (name) {
      case 'Mailbox/get':
        return { state: server.state, list: (ids ?? [...server.mailboxes.keys()]).filter((id) => server.mailboxes.has(id)).map(mailbox) }
      case 'Mailbox/query':
        return { ids: [...server.mailboxes.keys()] }
      case 'Mailbox/changes': {
        const updated = args['sinceState'] === server.state ? [] : [...server.mailboxes.keys()]
        return { newState: server.state, hasMoreChanges: false, created: [], updated, destroyed: [], updatedProperties: null }
      }
      case 'Email/query':
        return query(args)
      case 'Email/get':
        return { list: server.emails.filter(({ id }) => ids?.includes(id)).map(email) }
      case 'Email/set':
        return set(args)
      default:
        return 'unknownMethod'
    }
  }

  /** Takes arguments from earlier responses (RFC 8620, section 3.7); null where one was refused. */
  function resolved(args: Args, responses: readonly (readonly [string, object, string])[]): Args | null {
    const entries = Object.entries(args).map(([key, value]) => {
      if (!key.startsWith('#')) return [key, value]
      const { resultOf, path } = value as { resultOf: string; path: string }
      const [name, result] = responses.find(([, , id]) => id === resultOf) ?? ['error', {}]
      return name === 'error' ? null : [key.slice(1), Reflect.get(result, path.slice(1))]
    })
    return entries.includes(null) ? null : Object.fromEntries(entries.filter((entry) => entry !== null))
  }

  const web = await startWeb(async (request, response) => {
    if (request.url !== '/api') return void response.end(JSON.stringify(session()))
    const { methodCalls } = JSON.parse(await text(request)) as { methodCalls: [string, Args, string][] }
    const status = server.status(methodCalls.map(([name, args]) => [name, args]))
    if (status !== 200) return void response.writeHead(status).end()
    const responses: (readonly [string, object, string])[] = []
    for (const [name, given, id] of methodCalls) {
      const args = resolved(given, responses)
      if (args) calls.push([name, args])
      const answer = args ? (server.answer(name, args) ?? respond(name, args)) : 'invalidResultReference'
      responses.push(typeof answer === 'string' ? ['error', { type: answer }, id] : [name, answer, id])
    }
    response.end(JSON.stringify({ methodResponses: responses, sessionState: '0' }))
  })
  const session = (): object => ({
    apiUrl: '/api',
    eventSourceUrl: '',
    primaryAccounts: { [MAIL]: 'a' },
    capabilities: { 'urn:ietf:params:jmap:core': server.core, [MAIL]: {} },
  })
  const server: JmapMailboxes = {
    url: web.origin,
    emails: [],
    mailboxes: new Map([['inbox', {}]]),
    answer: () => null,
    status: () => 200,
    core: {},
    calls,
    seen: () => server.emails.filter((each) => has(each, '$seen')).map(({ id }) => id),
    state: '1',
    stop: web.stop,
  }
  return server
}

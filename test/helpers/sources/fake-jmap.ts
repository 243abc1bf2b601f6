/**
 * A JMAP server with one account, and with an event stream, which Debian's Cyrus lacks. Supports only the calls that the
 * source makes.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { startWeb, type WebServer } from '../web/web.ts'

export interface FakeJmap extends Pick<WebServer, 'requests' | 'stop' | 'start'> {
  readonly url: string
  readonly password: string
  /** Additional accepted tokens. */
  readonly bearers: Set<string>
  /** Makes this many messages unread, and notifies the streams. */
  setUnread(unread: number): void
  /** Marks one message read. */
  markRead(id: string): void
  /** The ids of the unread messages, newest first. */
  readonly unread: readonly string[]
  /** The Message-ID of each message. */
  messageId: unknown
  /** The page size, and the messages that it refuses to change. */
  limits: { query: number; readOnly: ReadonlySet<string> }
  /** The open streams. */
  readonly streams: ReadonlySet<ServerResponse>
  /** Handles a request instead of the server if it returns true. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean) | null
}

type Args = Readonly<Record<string, unknown>>

const PASSWORD = 'right'
const BASIC = `Basic ${Buffer.from(`me:${PASSWORD}`).toString('base64')}`
const INBOX = { id: 'inbox', name: '받은편지함', parentId: null, role: 'inbox', totalThreads: 0, unreadThreads: 0 }

export async function startFakeJmap(): Promise<FakeJmap> {
  /** Numbers of the unread messages, newest first. */
  let unread: readonly number[] = []
  let last = 0
  let state = 1
  const streams = new Set<ServerResponse>()
  const bearers = new Set<string>()

  const idOf = (number: number): string => `mail${number}`
  const emails = (): readonly object[] =>
    unread.slice(0, 10).map((number) => ({
      id: idOf(number),
      mailboxIds: { inbox: true },
      from: [{ name: '김하늘', email: 'kim@example.org' }],
      subject: `회의 ${number}`,
      receivedAt: new Date(Date.UTC(2026, 0, 1, 9, number)).toISOString(),
      messageId: fake.messageId,
    }))
  const inbox = (): object => ({ ...INBOX, totalEmails: 100, unreadEmails: unread.length })

  function page({ anchor, anchorOffset = 0, limit }: Args): object | null {
    const from = anchor === undefined ? 0 : unread.findIndex((number) => idOf(number) === anchor)
    if (from < 0) return null
    const ids = unread.slice(from + Number(anchorOffset)).map(idOf)
    return { ids: ids.slice(0, Math.min(Number(limit), fake.limits.query)), total: unread.length }
  }

  function change(ids: readonly string[]): object {
    const refused = ids.filter((id) => fake.limits.readOnly.has(id) || !unread.some((number) => idOf(number) === id))
    update(unread.filter((number) => !ids.includes(idOf(number)) || refused.includes(idOf(number))))
    const typeOf = (id: string): string => (fake.limits.readOnly.has(id) ? 'forbidden' : 'notFound')
    return { notUpdated: Object.fromEntries(refused.map((id) => [id, { type: typeOf(id) }])) }
  }

  function update(now: readonly number[]): void {
    unread = now
    state += 1
    for (const stream of streams) stream.write(eventOf(state))
  }

  /** Null if the anchor does not exist. */
  function answerTo(name: string, args: Args, created: boolean): object | null {
    switch (name) {
      case 'Mailbox/get':
        return { state: String(state), list: created ? [] : [inbox()], notFound: [] }
      case 'Mailbox/changes': {
        const updated = args['sinceState'] === String(state) ? [] : ['inbox']
        return { newState: String(state), hasMoreChanges: false, created: [], updated, destroyed: [], updatedProperties: null }
      }
      case 'Email/query':
        return page(args)
      case 'Email/get':
        return { list: emails(), notFound: [] }
      case 'Email/set':
        return change(Object.keys(args['update'] ?? {}))
      default:
        throw new Error(`The fake server does not support ${name}.`)
    }
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (fake.intercept?.(request, response)) return
    const { url = '', headers } = request
    const { authorization = '' } = headers
    const isKnown = authorization === BASIC || bearers.has(authorization.replace(/^Bearer /, ''))
    if (!isKnown) return void response.writeHead(401).end()
    if (url === '/.well-known/jmap') return void response.writeHead(302, { Location: '/session' }).end()
    if (url === '/session') return void response.end(JSON.stringify(SESSION))
    if (url.startsWith('/events')) {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' })
      response.write(`: hello\n\n${eventOf(state)}`)
      streams.add(response)
      response.on('close', () => streams.delete(response))
      return
    }
    const { methodCalls } = JSON.parse(await text(request)) as { methodCalls: [string, Args, string][] }
    const methodResponses = methodCalls.map(([name, args, id]) => {
      const answer = answerTo(name, args, id === 'created')
      return answer ? [name, answer, id] : ['error', { type: 'anchorNotFound' }, id]
    })
    response.end(JSON.stringify({ methodResponses, sessionState: '0' }))
  }

  const eventOf = (now: number): string => `event: state\nid: ${now}\ndata: {"changed":{"a":{"Mailbox":"${now}"}}}\n\n`
  const web = await startWeb((request, response) => void respond(request, response))
  const fake: FakeJmap = {
    url: web.origin,
    password: PASSWORD,
    requests: web.requests,
    streams,
    bearers,
    stop: web.stop,
    start: web.start,
    intercept: null,
    messageId: null,
    limits: { query: 1_000, readOnly: new Set() },
    markRead: (id) => update(unread.filter((number) => idOf(number) !== id)),
    get unread() {
      return unread.map(idOf)
    },
    setUnread(count) {
      const more = Array.from({ length: Math.max(0, count - unread.length) }, () => (last += 1))
      update([...more.toReversed(), ...unread].slice(0, count))
    },
  }
  return fake
}

const SESSION = {
  username: 'me',
  apiUrl: '/api',
  eventSourceUrl: '/events?types={types}&closeafter={closeafter}&ping={ping}',
  primaryAccounts: { 'urn:ietf:params:jmap:mail': 'a' },
  capabilities: { 'urn:ietf:params:jmap:core': { maxObjectsInGet: 500 }, 'urn:ietf:params:jmap:mail': {} },
  state: '0',
}

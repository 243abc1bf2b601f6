/** The JMAP server of a corpus case: correct, apart from what the case says. It pushes nothing, and checks no password. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { startWeb } from '../helpers/web/web.ts'
import type { JmapAnswer, JmapServer } from './case.ts'

type Json = Readonly<Record<string, unknown>>
type Call = readonly [name: string, args: Json, id: string]

const INBOX = {
  id: 'inbox',
  name: 'Inbox',
  parentId: null,
  role: 'inbox',
  totalEmails: 9,
  unreadEmails: 2,
  totalThreads: 9,
  unreadThreads: 2,
}
const EMAILS = ['e1', 'e2'].map((id, at) => ({
  id,
  mailboxIds: { inbox: true },
  from: [{ name: 'Kim', email: 'kim@example.org' }],
  subject: `Message ${id}`,
  receivedAt: `2026-01-02T10:00:0${at}Z`,
  messageId: [`${id}@example.org`],
}))

export async function startJmapServer({ inbox, mailboxes, session, answers }: JmapServer) {
  const used = new Map<JmapAnswer, number>()
  const all = [Object.fromEntries(Object.entries({ ...INBOX, ...inbox }).filter(([, value]) => value !== null)), ...mailboxes]

  function answerTo(request: string): JmapAnswer | undefined {
    const answer = answers.find((one) => one.to.test(request) && (used.get(one) ?? 0) < one.times)
    if (answer) used.set(answer, (used.get(answer) ?? 0) + 1)
    return answer
  }

  function usual(name: string, args: Json): Json {
    switch (name) {
      case 'Mailbox/get':
        return { accountId: 'a', state: '1', list: args['ids'] === null || !('ids' in args) ? all : [], notFound: [] }
      case 'Mailbox/changes':
        return {
          accountId: 'a',
          oldState: '1',
          newState: '1',
          hasMoreChanges: false,
          created: [],
          updated: [],
          destroyed: [],
          updatedProperties: null,
        }
      case 'Email/query':
        return { accountId: 'a', queryState: '1', canCalculateChanges: false, position: 0, ids: ['e2', 'e1'], total: 2 }
      case 'Email/get':
        return { accountId: 'a', state: '1', list: EMAILS, notFound: [] }
      default:
        return { accountId: 'a' }
    }
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const http = (answer: JmapAnswer | undefined): boolean => {
      if (!answer?.http) return false
      response.writeHead(answer.http.status, { 'Content-Type': 'application/json', ...answer.http.headers }).end(answer.http.body)
      return true
    }
    const { url = '' } = request
    if (url !== '/api') {
      if (http(answerTo(url))) return
      if (url === '/.well-known/jmap') return void response.end(JSON.stringify({ ...SESSION, ...session }))
      return void response.writeHead(404).end()
    }
    const { methodCalls } = JSON.parse(await text(request)) as { methodCalls: readonly Call[] }
    const methodResponses: Call[] = []
    for (const [name, args, id] of methodCalls) {
      const answer = answerTo(`${name} ${JSON.stringify(args)}`)
      if (http(answer)) return
      methodResponses.push(answer?.error ? ['error', answer.error, id] : [name, answer?.result ?? usual(name, args), id])
    }
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify({ methodResponses, sessionState: '0' }))
  }

  const web = await startWeb((request, response) => void respond(request, response))
  return { url: web.origin, close: web.stop }
}

const SESSION = {
  username: 'me',
  accounts: { a: { name: 'me', isPersonal: true, isReadOnly: false, accountCapabilities: { 'urn:ietf:params:jmap:mail': {} } } },
  primaryAccounts: { 'urn:ietf:params:jmap:mail': 'a' },
  capabilities: { 'urn:ietf:params:jmap:core': { maxObjectsInGet: 500 }, 'urn:ietf:params:jmap:mail': {} },
  apiUrl: '/api',
  downloadUrl: '/download',
  uploadUrl: '/upload',
  eventSourceUrl: '',
  state: '0',
}

import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { actOnMessage, markAllRead } from '../../client/calls.ts'
import { PROBLEMS, type ProblemCode } from '../../common/protocol/problems.ts'

let server: Server
let url: string
let seen: { readonly method: string | undefined; readonly path: string | undefined; readonly body: string }[]
let status: number
let answer: string

const bodyOf = async (req: IncomingMessage): Promise<string> => {
  let text = ''
  for await (const part of req) text += String(part)
  return text
}

beforeEach(async () => {
  seen = []
  status = 204
  answer = ''
  server = createServer(async (req, res) => {
    seen.push({ method: req.method, path: req.url, body: await bodyOf(req) })
    res.writeHead(status).end(answer)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const request = { account: 'kim@example.org/$&', message: '7.1.회의/a b?#$1', action: 'archive' } as const
const act = () => actOnMessage({ url, token: 'secret' }, request)

test('names the mail so that its path is taken apart as it was put together', async () => {
  expect(await act()).toEqual({ ok: true })
  const [asked] = seen
  expect([asked?.method, asked?.body]).toEqual(['POST', '{"action":"archive"}'])
  const parts = (asked?.path ?? '').split('/').map(decodeURIComponent)
  expect(parts).toEqual(['', 'v1', 'accounts', request.account, 'messages', request.message])
})

test('asks for all mails of an account to be marked read', async () => {
  expect(await markAllRead({ url, token: 'secret' }, request.account)).toEqual({ ok: true })
  const [asked] = seen
  expect([asked?.method, asked?.body]).toEqual(['POST', '{"action":"read"}'])
  expect((asked?.path ?? '').split('/').map(decodeURIComponent)).toEqual(['', 'v1', 'accounts', request.account, 'messages'])
  status = 409
  answer = JSON.stringify({ type: 'about:blank#cannot-act', title: '', status, code: 'cannot-act', detail: 'why' })
  expect(await markAllRead({ url, token: 'secret' }, request.account)).toEqual({ ok: false, code: 'cannot-act', detail: 'why' })
})

test.each([
  ['not-found', 'gone'],
  ['cannot-act', 'cannot-act'],
  ['mail-server-refused', 'mail-refused'],
  ['mail-server-unreachable', 'mail-unreachable'],
  ['mail-server-timeout', 'mail-timeout'],
  ['too-many-acts', 'busy'],
  ['unauthorized', 'unauthorized'],
  ['forbidden', 'unauthorized'],
  ['internal', 'unavailable'],
] as const satisfies readonly (readonly [ProblemCode, string])[])(
  'tells %s apart as %s, with the words of the server',
  async (code, failure) => {
    status = PROBLEMS[code].status
    answer = JSON.stringify({ type: `about:blank#${code}`, title: PROBLEMS[code].title, status, code, detail: 'why' })
    expect(await act()).toEqual({ ok: false, code: failure, detail: 'why' })
  },
)

test('is unavailable where nobody answers, or something else does', async () => {
  status = 200
  expect(await act()).toMatchObject({ ok: false, code: 'unavailable' })
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
  expect(await act()).toMatchObject({ ok: false, code: 'unavailable' })
})

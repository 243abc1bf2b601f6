import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { actOnMessage, markAllRead } from '../../client/calls.ts'
import { checkAccount, followTry } from '../../client/manage-calls.ts'
import { readHistories } from '../../client/histories.ts'
import { fromPathId } from '../../common/protocol/path-ids.ts'
import { PROBLEMS, type ProblemCode } from '../../common/protocol/problems.ts'

let server: Server
let url: string
let seen: { readonly method: string | undefined; readonly path: string | undefined; readonly prefer: unknown; readonly body: string }[]
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
    const { method, url: path, headers } = req
    seen.push({ method, path, prefer: headers.prefer, body: await bodyOf(req) })
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

test('the path of a message decodes to its account and its id', async () => {
  expect(await act()).toEqual({ ok: true })
  const [sent] = seen
  expect([sent?.method, sent?.body]).toEqual(['POST', '{"action":"archive"}'])
  expect(sent?.path).toMatch(/^[/\w~-]+$/)
  const parts = (sent?.path ?? '').split('/').map(fromPathId)
  expect(parts).toEqual(['', 'v1', 'accounts', request.account, 'messages', request.message])
})

test('follows a sign-in by requests that are shorter than the limits of proxies', async () => {
  status = 304
  expect(await followTry({ url, token: 'secret' }, 'one', '"one.1"')).toEqual({ ok: true, value: { state: null, etag: '"one.1"' } })
  expect(seen.at(-1)).toMatchObject({ path: '/v1/manage/tries/one', prefer: 'wait=15' })
})

test('marks all messages of an account read', async () => {
  expect(await markAllRead({ url, token: 'secret' }, request.account)).toEqual({ ok: true })
  const [sent] = seen
  expect([sent?.method, sent?.body]).toEqual(['POST', '{"action":"read"}'])
  expect((sent?.path ?? '').split('/').map(fromPathId)).toEqual(['', 'v1', 'accounts', request.account, 'messages'])
  status = 409
  answer = JSON.stringify({ type: 'about:blank#cannot-act', title: '', status, code: 'cannot-act', detail: 'why' })
  expect(await markAllRead({ url, token: 'secret' }, request.account)).toEqual({ ok: false, code: 'cannot-act', status })
})

test.each(Object.keys(PROBLEMS) as ProblemCode[])('reports %s by its code, without the text of the server', async (code) => {
  status = PROBLEMS[code].status
  answer = JSON.stringify({ type: `about:blank#${code}`, title: PROBLEMS[code].title, status, code, detail: 'why' })
  expect(await act()).toEqual({ ok: false, code: code === 'not-found' ? 'gone' : code, status })
})

test.each([
  ['a problem of a newer server', 409, '{"type":"about:blank#new","title":"New","status":409,"code":"new"}', 'unexpected'],
  ['another program', 200, '<html>', 'not-mailbell'],
  ['another program', 404, '<html>', 'not-mailbell'],
  ['a proxy without its server', 502, '<html>', 'unconfirmed'],
  ['a proxy without its server', 504, '', 'unconfirmed'],
  ['a proxy that denies access', 403, '<html>', 'denied'],
  ['a proxy with a limit', 429, '', 'rate'],
] as const)('reports %s that answers %i', async (_, answered, text, code) => {
  status = answered
  answer = text
  expect(await act()).toEqual({ ok: false, code, status })
})

test('is unconfirmed if the connection breaks, unless nothing could have changed', async () => {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
  expect(await act()).toEqual({ ok: false, code: 'unconfirmed' })
  expect(await checkAccount({ url, token: 'secret' }, 'a')).toEqual({ ok: false, code: 'unreachable' })
})

const series = { startsAt: '2026-01-01T09:00:00.000Z', stepSeconds: 60, unread: [1, null] }

test('adds the histories of several servers; without one of a server there is none', async () => {
  const read = (count: number) => readHistories(Array.from({ length: count }, () => ({ url, token: 'secret' })))
  status = 200
  answer = JSON.stringify({ day: series, month: series, more: 'of a newer version' })
  expect(await read(2)).toEqual({ ok: true, history: { day: { ...series, unread: [2, null] }, month: { ...series, unread: [2, null] } } })
  expect(seen.map(({ path }) => path)).toEqual(['/v1/history', '/v1/history'])
  expect(await read(0)).toEqual({ ok: true, history: null })
  status = 404
  answer = JSON.stringify({ type: 'about:blank#not-found', title: '', status, code: 'not-found' })
  expect(await read(1)).toEqual({ ok: true, history: null })
  status = 200
  answer = '{}'
  expect(await read(1)).toMatchObject({ ok: false, code: 'not-mailbell' })
})

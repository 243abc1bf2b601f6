import { afterAll, beforeAll, expect, it } from 'vitest'
import { send, startServer, type TestServer } from '../../helpers/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const feed = (path: string, body: string | Uint8Array, headers: Record<string, string> = {}) =>
  send(server.port, 'PUT', path, { token: 'feeder', body, headers: { 'content-type': 'application/json', ...headers } })

const one = (id: string) => JSON.stringify({ accounts: [{ id, unread: 1 }] })

it.each([
  ['Latin-1', Buffer.from(one('jürgen'), 'latin1')],
  ['UTF-16', Buffer.from(one('jürgen'), 'utf16le')],
  ['UTF-16 with a byte order mark', Buffer.from(`\ufeff${one('jürgen')}`, 'utf16le')],
  ['EUC-KR', Buffer.concat([Buffer.from('{"accounts":[{"id":"'), Buffer.from([0xb1, 0xe8]), Buffer.from('","unread":1}]}')])],
  ['half a character', Buffer.concat([Buffer.from('{"accounts":[{"id":"'), Buffer.from([0xc3]), Buffer.from('","unread":1}]}')])],
  [
    'encoded surrogates',
    Buffer.concat([Buffer.from('{"accounts":[{"id":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('","unread":1}]}')]),
  ],
  ['an overlong form', Buffer.concat([Buffer.from('{"accounts":[{"id":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('","unread":1}]}')])],
])('rejects a body in %s, in which two ids would become one', async (_, body) => {
  const before = server.board.size
  for (const charset of ['', '; charset=utf-8', '; charset=iso-8859-1']) {
    const { status, json } = await feed('/v1/accounts', body, { 'content-type': `application/json${charset}` })
    expect([status, json()]).toMatchObject([400, { code: 'bad-request', field: 'body' }])
  }
  expect(server.board.size).toBe(before)
})

it('accepts a body in UTF-8, with a byte order mark or without', async () => {
  for (const body of [one('jürgen'), `\ufeff${one('회의')}`, one('📬')]) expect((await feed('/v1/accounts', body)).status).toBe(204)
  expect(['jürgen', '회의', '📬'].map((id) => server.board.get(id)?.counts?.unread)).toEqual([1, 1, 1])
})

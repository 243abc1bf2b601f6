/** The numbers of the last day and month. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { History } from '../../../common/protocol/wire.ts'
import { put, send, startServer, type TestServer } from '../../helpers/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
  for (const [id, unread] of [
    ['alice', 3],
    ['alice2', 4],
    ['bob', 10],
    ['team/sales', 20],
  ] as const)
    await put(server.port, id, unread)
})
afterAll(() => server.close())

const presentOf = async (path: string, token = 'reader') => {
  const { status, headers, text } = await send(server.port, 'GET', path, { token })
  expect([status, headers['cache-control'], headers.etag]).toEqual([200, 'no-store, no-transform', undefined])
  const { day, month } = History.parse(JSON.parse(text))
  expect([day.stepSeconds, month.stepSeconds]).toEqual([60, 3_600])
  expect(day.unread.at(-1)).toBe(month.unread.at(-1))
  return day.unread.at(-1)
}

it('is that of an account, or of all accounts of the token together', async () => {
  expect(await presentOf('/v1/accounts/alice/history')).toBe(3)
  expect(await presentOf('/v1/history')).toBe(37)
  expect(await presentOf('/v1/history', 'alice')).toBe(7)
  for (const id of ['team%2Fsales', '~dGVhbS9zYWxlcw']) expect(await presentOf(`/v1/accounts/${id}/history`)).toBe(20)
})

it('needs the scope read, and shows no account of others', async () => {
  expect((await send(server.port, 'GET', '/v1/history', { token: 'feeder' })).status).toBe(403)
  expect((await send(server.port, 'GET', '/v1/history', { token: null })).status).toBe(401)
  for (const id of ['bob', 'nobody'])
    expect((await send(server.port, 'GET', `/v1/accounts/${id}/history`, { token: 'alice' })).json()).toMatchObject({ status: 404 })
  expect((await send(server.port, 'POST', '/v1/history')).status).toBe(405)
})

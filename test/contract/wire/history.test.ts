/** The numbers of the last day and month. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { History } from '../../../common/protocol/wire.ts'
import { actingSource } from '../../helpers/sources/acting-source.ts'
import { put, send, startServer, type TestServer } from '../../helpers/server.ts'
import { until } from '../../helpers/until.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
  for (const [id, unread] of [
    ['alice', 3],
    ['alice2', 4],
    ['bob', 10],
    ['team/sales', 20],
    ['history', 0],
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

it('leaves an account of its own name alone', async () => {
  expect((await send(server.port, 'GET', '/v1/accounts/history')).json()).toMatchObject({ id: 'history', unread: 0 })
  expect(await presentOf('/v1/accounts/history/history')).toBe(0)
})

it('says how long new messages took, of accounts that a source counts', async () => {
  const kick = Promise.withResolvers<void>()
  const latest = (id: string, ms: number) => ({ id, from: '', subject: '', date: new Date(ms).toISOString() })
  const counting = await startServer({
    config: { sources: [actingSource('kim')] },
    createSource: () => ({
      name: 'kim',
      accounts: ['kim'],
      firstReportMs: 60_000,
      silenceMs: 60_000,
      async run({ report, signal }) {
        const old = latest('1', Date.now() - 90_000)
        await report({ accounts: [{ id: 'kim', unread: 1, latest: [old] }] })
        await kick.promise
        await report({ accounts: [{ id: 'kim', unread: 2, latest: [latest('2', Date.now() - 12_000), old] }] })
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
      },
    }),
  })
  await until(() => counting.board.get('kim')?.status === 'ok')
  const arrival = async (path: string) => History.parse(JSON.parse((await send(counting.port, 'GET', path)).text)).arrival
  expect(await arrival('/v1/history')).toBeUndefined()
  kick.resolve()
  await until(() => counting.board.get('kim')?.counts?.unread === 2)
  for (const path of ['/v1/history', '/v1/accounts/kim/history'])
    expect(await arrival(path)).toEqual({ medianSeconds: expect.closeTo(12, 0), messages: 1 })
  await counting.close()
})

it('needs the scope read, and shows no account of others', async () => {
  expect((await send(server.port, 'GET', '/v1/history', { token: 'feeder' })).status).toBe(403)
  expect((await send(server.port, 'GET', '/v1/history', { token: null })).status).toBe(401)
  for (const id of ['bob', 'nobody'])
    expect((await send(server.port, 'GET', `/v1/accounts/${id}/history`, { token: 'alice' })).json()).toMatchObject({ status: 404 })
  expect((await send(server.port, 'POST', '/v1/history')).status).toBe(405)
})

import { afterEach, beforeEach, expect, it } from 'vitest'
import { connectRaw, send, startServer, type TestServer } from '../../helpers/server.ts'
import { until } from '../../helpers/until.ts'

const CONNECTIONS = 40

let server: TestServer
beforeEach(async () => {
  server = await startServer({ config: { persist: true } })
})
afterEach(() => server.close())

const put = (id: string, unread: number): string => {
  const body = JSON.stringify({ unread })
  return [
    `PUT /v1/accounts/${id} HTTP/1.1`,
    `Host: 127.0.0.1:${server.port}`,
    'Authorization: Bearer feeder',
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n')
}

it.each([
  ['as whole requests', 0],
  ['with a part of the last one in a second chunk', 20],
])('keeps apart what many connections pipeline at the same time, %s', async (_how, later) => {
  const clients = Array.from({ length: CONNECTIONS }, (_, n) => {
    const requests = [1, 2, 3].map((m) => put(`${n}-${m}`, 10 * n + m)).join('')
    return { ...connectRaw(server.port), first: requests.slice(0, requests.length - later), rest: requests.slice(requests.length - later) }
  })
  for (const { socket, first } of clients) socket.write(first)
  await until(() => clients.every(({ text }) => text().split('HTTP/1.1 204 ').length > 2))
  for (const { socket, rest } of clients) socket.write(rest)
  await until(() => clients.every(({ text }) => text().split('HTTP/1.1 204 ').length > 3))
  const { accounts = [] } = (await send(server.port, 'GET', '/v1/accounts')).json()
  const expected = clients.flatMap((_, n) => [1, 2, 3].map((m) => [`${n}-${m}`, 10 * n + m]))
  expect(new Map(accounts.map(({ id, unread }) => [id, unread]))).toEqual(new Map(expected as [string, number][]))
  for (const { socket } of clients) socket.destroy()
})

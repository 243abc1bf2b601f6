import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { send, parkedPolls, put, startServer, type TestServer } from '../../helpers/server.ts'
import { until } from '../../helpers/until.ts'

let server: TestServer
let port = 0
beforeAll(async () => {
  server = await startServer({ http: { legacy: true } })
  port = server.port
})
afterAll(() => server.close())

const get = (query: string) => send(port, 'GET', `/get.php${query}`, { token: null })

describe('the original’s protocol', () => {
  it('responds with the bare number as soon as it differs from mailCount', async () => {
    await put(port, 'kim', 7)
    for (const mailCount of ['6', '', '07', '7.0', 'x', '-1']) {
      const { status, headers, text } = await get(`?userID=kim&mailCount=${mailCount}`)
      expect([mailCount, status, text]).toEqual([mailCount, 200, '7'])
      expect(headers['content-type']).toBe('text/html; charset=UTF-8')
    }
    expect((await get('?userID=kim')).text).toBe('7')
  })

  it('holds the request while the number is the same', async () => {
    await put(port, 'kim', 7)
    const poll = get('?userID=kim&mailCount=7')
    await until(async () => (await parkedPolls(port)) === 1)
    await put(port, 'kim', 8)
    expect((await poll).text).toBe('8')
  })

  it('holds an unknown user until the first count', async () => {
    const poll = get('?userID=later%40example.org&mailCount=0')
    await until(async () => (await parkedPolls(port)) === 1)
    await put(port, 'later@example.org', 3)
    expect((await poll).text).toBe('3')
  })

  it('is not released by a change that leaves the number', async () => {
    await put(port, 'lee', 1)
    const poll = get('?userID=lee&mailCount=1')
    await until(async () => (await parkedPolls(port)) === 1)
    await send(port, 'PUT', '/v1/accounts/lee', { token: 'feeder', body: { unread: 1, total: 50 } })
    expect(await parkedPolls(port)).toBe(1)
    await put(port, 'lee', 2)
    expect((await poll).text).toBe('2')
  })

  it('requires a valid user', async () => {
    expect((await get('')).json()).toMatchObject({ status: 400, field: 'userID' })
    expect((await get('?userID=')).json()).toMatchObject({ status: 400, field: 'userID' })
    expect((await get('?userID=%00')).json()).toMatchObject({ status: 400, field: 'userID' })
  })

  it('parses a query like PHP: the last value counts, and + is a space', async () => {
    await put(port, 'a b', 4)
    expect((await get('?userID=x&userID=a+b&mailCount=4&mailCount=3')).text).toBe('4')
  })
})

/** HTTP/1.1 as it is on the wire: requests in bytes, with another behind each that shows whether the connection went on. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { Board } from '../../../server/board/board.ts'
import { connectRaw, startServer, type TestServer } from '../server.ts'

export const HOST = 'Host: HOST\r\n'
/** 12 bytes. */
export const BODY = '{"unread":3}'
const FEEDER = 'Authorization: Bearer feeder\r\nContent-Type: application/json\r\n'

/** A request that changes the account x; `fields` frame its body. */
export const putX = (fields: string, body = BODY): string => `PUT /v1/accounts/x HTTP/1.1\r\n${HOST}${FEEDER}${fields}\r\n${body}`
export const get = (fields = '', target = '/healthz'): string => `GET ${target} HTTP/1.1\r\n${HOST}${fields}\r\n`
/** Changes the account `next`. */
export const NEXT = putX('Connection: close\r\nContent-Length: 12\r\n').replace('/x', '/next')

export type Case = readonly [name: string, bytes: string]

/** Call it at the top of a test file: its server lives as long as the file runs. */
export function describeHttp1() {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer({ times: { headers: 300, request: 400, check: 50 } })
  })
  afterEach(() => (server.board as Board).remove(['x', 'next']))
  afterAll(() => server.close())

  const named = (bytes: string): string => bytes.replaceAll('HOST', `127.0.0.1:${server.port}`)

  /** The statuses of the responses to these bytes and to the next request. The connection ends by itself. */
  async function statusesOf(bytes: string): Promise<readonly number[]> {
    const raw = connectRaw(server.port)
    raw.socket.write(named(bytes + NEXT), 'latin1')
    expect(await raw.ended).toBeNull()
    const heads = Array.from(raw.text().matchAll(/HTTP\/1\.1 (\d{3}) [^]*?\r\n\r\n/g))
    const statuses = heads.map(([, status]) => Number(status)).filter((status) => status !== 100)
    // After an error of the framing, the client learns that the connection ends.
    if (statuses.includes(400)) expect(heads.at(-1)?.[0]).toContain('\r\nConnection: close\r\n')
    expect([statuses, server.board.get('next') !== undefined]).toEqual([statuses, statuses[1] === 204])
    return statuses
  }

  return {
    server: (): TestServer => server,
    /** The bytes with the host of the server. */
    named,
    rejects: (cases: readonly Case[], status = 400) =>
      it.each(cases)(`%s: ${status}, and nothing behind it is handled`, async (_name, bytes) => {
        expect(await statusesOf(bytes)).toEqual([status])
        expect(server.board.get('x')).toBeUndefined()
      }),
    answers: (cases: readonly (readonly [...Case, status: number])[]) =>
      it.each(cases)('%s: the connection goes on', async (_name, bytes, status) => {
        expect(await statusesOf(bytes)).toEqual([status, 204])
      }),
    stores: (cases: readonly Case[]) =>
      it.each(cases)('%s: the body is read', async (_name, bytes) => {
        expect(await statusesOf(bytes)).toEqual([204, 204])
        expect(server.board.get('x')?.counts?.unread).toBe(3)
      }),
    ends: (cases: readonly Case[]) =>
      it.each(cases)('ends after %s: the request is answered, and nothing behind it is handled', async (_name, bytes) => {
        const [status, ...more] = await statusesOf(bytes)
        // What follows may have been read as a request of its own, which it is not.
        expect([Math.floor(Number(status) / 100), more.filter((each) => each !== 400)]).toEqual([2, []])
      }),
  }
}

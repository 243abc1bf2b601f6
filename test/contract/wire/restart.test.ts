import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { send, put, startServer, type TestServer } from '../../helpers/server.ts'
import { temporaryFolder, type TemporaryFolder } from '../../helpers/tmp.ts'

let folder: TemporaryFolder
let server: TestServer
beforeEach(async () => {
  folder = await temporaryFolder()
})
afterEach(async () => {
  await server.close()
  await folder.remove()
})

const start = async (): Promise<void> => {
  server = await startServer({ config: { dataDir: folder.path, persist: true } })
}
const read = (headers: Record<string, string> = {}) => send(server.port, 'GET', '/v1/accounts', { headers })

describe('after a restart', () => {
  it('the server responds at once with the last known counts, as stale', async () => {
    await start()
    await send(server.port, 'PUT', `/v1/accounts/${encodeURIComponent('메일')}`, {
      token: 'feeder',
      body: { unread: 3, total: 9, latest: [{ id: '1', from: 'Kim', subject: '회의' }] },
    })
    const before = (await read()).json().accounts?.[0]
    await server.close()
    await start()
    const after = (await read()).json().accounts?.[0]
    expect(after).toEqual({ ...before, status: 'stale' })
    await put(server.port, '메일', 3)
    expect((await read()).json().accounts?.[0]).toMatchObject({ unread: 3, status: 'ok' })
  })

  it('no tag of an earlier epoch is current, at any rev', async () => {
    await start()
    await put(server.port, 'a', 1)
    const { etag } = (await read()).headers
    await server.close()
    await start()
    await put(server.port, 'a', 1)
    const answer = await read({ 'if-none-match': String(etag), prefer: 'wait=55' })
    expect(answer.status).toBe(200)
    expect(answer.headers.etag?.split('.')[0]).not.toBe(etag?.split('.')[0])
  })
})

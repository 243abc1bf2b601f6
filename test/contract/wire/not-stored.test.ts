import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { send, startServer, type TestServer } from '../../helpers/server.ts'
import { temporaryFolder, type TemporaryFolder } from '../../helpers/tmp.ts'

let folder: TemporaryFolder
let dataDir: string
let server: TestServer
beforeEach(async () => {
  folder = await temporaryFolder()
  dataDir = join(folder.path, 'data')
})
afterEach(async () => {
  await server.close()
  await folder.remove()
})

const put = (unread: number) => send(server.port, 'PUT', '/v1/accounts/a', { token: 'feeder', body: { unread } })
const read = () => send(server.port, 'GET', '/v1/accounts/a')

it('a PUT that cannot be stored is answered 503 and changes nothing, and the next one counts', async () => {
  // A file where the data directory should be.
  writeFileSync(dataDir, '')
  server = await startServer({ config: { dataDir, persist: true } })
  const refused = await put(1)
  expect([refused.status, refused.headers['retry-after'], refused.json()['code']]).toEqual([503, '5', 'not-stored'])
  expect((await read()).status).toBe(404)
  rmSync(dataDir)
  expect((await put(2)).status).toBe(204)
  expect((await read()).json()).toMatchObject({ unread: 2, status: 'ok' })
})

it('a PUT needs no data directory where nothing is stored', async () => {
  writeFileSync(dataDir, '')
  server = await startServer({ config: { dataDir, persist: false } })
  expect((await put(1)).status).toBe(204)
})

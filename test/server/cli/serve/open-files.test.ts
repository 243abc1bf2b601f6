import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { serveCommand, type ServedCommand } from '../../../helpers/cli.ts'
import { send } from '../../../helpers/server.ts'
import { temporaryFolder } from '../../../helpers/tmp.ts'

const FILES = 200
const PARKED = 100

describe.runIf(process.platform === 'linux')('a server with few files to open', () => {
  let server: ServedCommand | null = null
  const sockets: Socket[] = []
  afterEach(async () => {
    for (const socket of sockets) socket.destroy()
    await server?.end()
  })

  it('answers 503 to the polls beyond, and works for all others', async () => {
    const folder = await temporaryFolder()
    const config = join(folder.path, 'mailbell.yml')
    await writeFile(
      config,
      JSON.stringify({
        server: { port: 0, limits: { perToken: 1_000 } },
        tokens: [{ name: 'reader', secret: { env: 'READER' }, accounts: '*' }],
      }),
    )
    const env = { MAILBELL_DATA_DIR: folder.path, READER: 'reader' }
    server = await serveCommand(['--config', config], env, ['prlimit', `--nofile=${FILES}`])
    const port = Number(new URL(server.url).port)
    const head = `GET /v1/accounts HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer reader\r\n`
    for (let i = 0; i < PARKED; i++) {
      const socket = connect(port, '127.0.0.1')
      sockets.push(socket)
      await once(socket, 'connect')
      socket.write(`${head}If-None-Match: *\r\nPrefer: wait=50\r\n\r\n`)
    }
    for (let i = 0; i < FILES; i++) {
      const { status, headers } = await send(port, 'GET', '/v1/accounts', {
        token: 'reader',
        headers: { 'if-none-match': '*', prefer: 'wait=1' },
      })
      expect([status, headers['retry-after']]).toEqual([503, expect.any(String)])
    }
    expect((await send(port, 'GET', '/readyz')).status).toBe(200)
    await folder.remove()
  })
})

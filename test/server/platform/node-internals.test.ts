import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { forgetPeer, ignoreRequests, setHalfOpen, setPaused, takeHandle } from '../../../server/platform/node-internals.ts'
import { newTurn } from '../../../server/platform/turns.ts'
import { until } from '../../helpers/until.ts'

let server: Server
let client: Socket
beforeEach(async () => {
  server = createServer((_, res) => void res.end())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(() => {
  client.destroy()
  server.close()
  server.closeAllConnections()
})

/** The server's end of a new connection. */
async function connected(): Promise<Socket> {
  client = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true })
  // The server resets it where it has not read all.
  client.on('error', () => undefined)
  const [socket] = await once(server, 'connection')
  return socket
}
const GET = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n'

test('a client that sends no more before it is answered gets its answer if half-open connections are allowed', async () => {
  setHalfOpen(server, true)
  server.removeAllListeners('request').on('request', (req, res) => void req.socket.once('end', () => setImmediate(() => res.end('late'))))
  await connected()
  client.end(GET)
  const [answer] = await once(client, 'data')
  expect(String(answer)).toContain('late')
})

test('a paused server reads nothing of its connections', async () => {
  server.removeAllListeners('connection')
  for (const isPaused of [true, false]) {
    setPaused(server, isPaused)
    const socket = await connected()
    await new Promise<void>((resolve) => client.write(GET, () => resolve()))
    if (!isPaused) await until(() => socket.bytesRead > 0)
    await newTurn()
    expect(socket.bytesRead).toBe(isPaused ? 0 : GET.length)
    socket.destroy()
  }
})

test('requests that follow are ignored', async () => {
  let handled = 0
  server.on('request', (req) => {
    handled += 1
    ignoreRequests(req.socket)
  })
  await connected()
  client.write(GET.repeat(3))
  await once(client, 'data')
  expect(handled).toBe(1)
})

test('the address of a client is freed once it has been read', async () => {
  const socket = await connected()
  expect(socket.remoteAddress).toBe('127.0.0.1')
  expect(Object.values(socket)).toContainEqual(expect.objectContaining({ family: 'IPv4' }))
  forgetPeer(socket)
  expect(Object.values(socket)).not.toContainEqual(expect.objectContaining({ family: 'IPv4' }))
})

test('another socket takes a connection, which its server still counts', async () => {
  server.removeAllListeners('connection')
  const given = await connected()
  const taken = takeHandle(given)
  if (!taken) throw new Error('The socket has no connection.')
  const other = Object.assign(new Socket({ handle: taken.handle }), taken.owner)
  expect(takeHandle(given)).toBeNull()
  other.write('hello')
  expect(String((await once(client, 'data'))[0])).toBe('hello')
  other.destroy()
  await once(other, 'close')
  server.close()
  await once(server, 'close')
})

/** Small real proxies on loopback: CONNECT (RFC 9110, section 9.3.6) and SOCKS 5 (RFC 1928), which take everything to one port. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface WayThrough {
  readonly url: string
  /** Where it was asked to lead to, `host:port`. */
  readonly asked: readonly string[]
}

export async function connectWay(targetPort: number, answer = '200 OK'): Promise<WayThrough> {
  const asked: string[] = []
  const server = createServer().on('connect', (request, near: Socket) => {
    asked.push(request.url ?? '')
    if (!answer.startsWith('200')) return void near.end(`HTTP/1.1 ${answer}\r\n\r\n`)
    join(near, targetPort, () => near.write(`HTTP/1.1 ${answer}\r\n\r\n`))
  })
  return { url: `http://127.0.0.1:${await listening(server)}`, asked }
}

/** @param method that it takes for signing in: 0 is none, 255 that it takes none of those offered. */
export async function socksWay(targetPort: number, method: 0 | 255 = 0): Promise<WayThrough> {
  const asked: string[] = []
  const server = createTcpServer((near) => {
    near.on('error', () => undefined)
    near.once('data', () => {
      near.write(Buffer.from([5, method]))
      if (method !== 0) return void near.end()
      near.once('data', (request: Buffer) => {
        const isName = request[3] === 3
        const end = isName ? 5 + (request[4] ?? 0) : 8
        const host = isName ? request.subarray(5, end).toString() : [...request.subarray(4, end)].join('.')
        asked.push(`${host}:${request.readUInt16BE(end)}`)
        join(near, targetPort, () => near.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0])))
      })
    })
  })
  return { url: `socks5://127.0.0.1:${await listening(server)}`, asked }
}

function join(near: Socket, targetPort: number, onOpen: () => void): void {
  const far = connect(targetPort, '127.0.0.1', () => {
    onOpen()
    near.pipe(far).pipe(near)
  })
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    one.on('error', () => undefined)
    one.on('close', () => other.destroy())
  }
  onTestFinished(() => void near.destroy())
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

/** Small real proxies on loopback: CONNECT (RFC 9110, section 9.3.6) and SOCKS 5 (RFC 1928), which forward every connection to one port. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface TestProxy {
  readonly url: string
  /** The requested targets, `host:port`. */
  readonly targets: readonly string[]
}

export async function startHttpProxy(targetPort: number, answer = '200 OK'): Promise<TestProxy> {
  const targets: string[] = []
  const server = createServer().on('connect', (request, near: Socket) => {
    targets.push(request.url ?? '')
    if (!answer.startsWith('200')) return void near.end(`HTTP/1.1 ${answer}\r\n\r\n`)
    join(near, targetPort, () => near.write(`HTTP/1.1 ${answer}\r\n\r\n`))
  })
  return { url: `http://127.0.0.1:${await listening(server)}`, targets }
}

/** @param method the selected authentication method: 0 means none required, 255 none acceptable. */
export async function startSocksProxy(targetPort: number, method: 0 | 255 = 0): Promise<TestProxy> {
  const targets: string[] = []
  const server = createTcpServer((near) => {
    near.on('error', () => undefined)
    near.once('data', () => {
      near.write(Buffer.from([5, method]))
      if (method !== 0) return void near.end()
      near.once('data', (request: Buffer) => {
        const isName = request[3] === 3
        const end = isName ? 5 + (request[4] ?? 0) : 8
        const host = isName ? request.subarray(5, end).toString() : [...request.subarray(4, end)].join('.')
        targets.push(`${host}:${request.readUInt16BE(end)}`)
        join(near, targetPort, () => near.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0])))
      })
    })
  })
  return { url: `socks5://127.0.0.1:${await listening(server)}`, targets }
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

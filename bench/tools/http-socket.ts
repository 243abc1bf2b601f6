/**
 * One keep-alive connection of the load generator. Its minimal parser keeps the cost of the load low; responses must have a
 * Content-Length.
 */
import { connect, type Socket } from 'node:net'

export interface RawAnswer {
  readonly status: number
  /** The head as received, for `headerOf`. */
  readonly head: string
  readonly body: string
}

export interface HttpSocket {
  send(request: string): void
  close(): void
}

/** The address and port that a connection comes from; by default the system chooses. */
export interface SocketSource {
  readonly localAddress: string
  readonly localPort: number
}

export function openSocket(
  port: number,
  onAnswer: (answer: RawAnswer) => void,
  onEnd: (error: Error | null) => void,
  source?: SocketSource,
): Promise<HttpSocket> {
  return new Promise((resolve, reject) => {
    let buffered = ''
    let closed = false
    const socket: Socket = connect({ host: '127.0.0.1', port, noDelay: true, ...source })
    socket.setEncoding('latin1')
    socket.once('connect', () => {
      resolve({
        send: (request) => void socket.write(request, 'latin1'),
        close() {
          closed = true
          socket.destroy()
        },
      })
    })
    socket.on('data', (text: string) => {
      buffered = buffered === '' ? text : buffered + text
      for (;;) {
        const headEnd = buffered.indexOf('\r\n\r\n')
        if (headEnd < 0) return
        const head = buffered.slice(0, headEnd)
        const status = Number(head.slice(9, 12))
        const length = status === 304 || status === 204 ? 0 : Number(headerOf(head, 'content-length') ?? 0)
        const end = headEnd + 4 + length
        if (buffered.length < end) return
        const body = buffered.slice(headEnd + 4, end)
        buffered = buffered.slice(end)
        onAnswer({ status, head, body })
      }
    })
    socket.on('error', (error) => {
      reject(error)
      if (!closed) onEnd(error)
    })
    socket.on('close', () => {
      if (!closed) onEnd(null)
    })
  })
}

/** The value of a header, or undefined. */
export function headerOf(head: string, name: string): string | undefined {
  const match = new RegExp(`\\r\\n${name}: ?([^\\r]*)`, 'i').exec(head)
  return match?.[1]
}

/** Listens to INBOX by IDLE, as any client could, to know when the server tells of a change. */
import { connect } from 'node:net'
import type { ImapLogin } from '../helpers/imap-client.ts'
import { until } from '../helpers/until.ts'

export interface Listener {
  /** When it told last, in ms of performance.now(). */
  readonly toldAtMs: () => number
  close(): void
}

export async function listen({ port, user, password }: ImapLogin): Promise<Listener> {
  const socket = connect(port, '127.0.0.1')
  let toldAtMs = 0
  let received = ''
  socket.setEncoding('latin1')
  socket.on('error', () => undefined)
  socket.on('data', (data: string) => {
    received += data
    if (/^\* \d+ (?:EXISTS|EXPUNGE|FETCH)/m.test(data)) toldAtMs = performance.now()
  })
  socket.write(`a LOGIN ${user} ${password}\r\n`)
  await until(() => received.includes('a OK'))
  socket.write('b EXAMINE INBOX\r\n')
  await until(() => received.includes('b OK'))
  socket.write('c IDLE\r\n')
  await until(() => /^\+/m.test(received))
  return { toldAtMs: () => toldAtMs, close: () => void socket.destroy() }
}

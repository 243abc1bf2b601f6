/** An independent client that records when the server reports a change in INBOX (IDLE). */
import { connect } from 'node:net'
import type { ImapLogin } from '../helpers/imap/imap-client.ts'
import { until } from '../helpers/until.ts'

export interface Listener {
  /** The time of the last report, in ms of performance.now(). */
  readonly notifiedAtMs: () => number
  close(): void
}

export async function listen({ port, user, password }: ImapLogin): Promise<Listener> {
  const socket = connect(port, '127.0.0.1')
  let notifiedAtMs = 0
  let received = ''
  socket.setEncoding('latin1')
  socket.on('error', () => undefined)
  socket.on('data', (data: string) => {
    received += data
    if (/^\* \d+ (?:EXISTS|EXPUNGE|FETCH)/m.test(data)) notifiedAtMs = performance.now()
  })
  socket.write(`a LOGIN ${user} ${password}\r\n`)
  await until(() => received.includes('a OK'))
  socket.write('b EXAMINE INBOX\r\n')
  await until(() => received.includes('b OK'))
  socket.write('c IDLE\r\n')
  await until(() => /^\+/m.test(received))
  return { notifiedAtMs: () => notifiedAtMs, close: () => void socket.destroy() }
}

/** A server of a line protocol that answers as a case of the corpus says. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { LineAnswer } from './case.ts'

const CRLF = '\r\n'

export interface LineServer {
  readonly port: number
  close(): Promise<void>
}

/** One connection of a client. */
export interface Session {
  /** Sends lines, each with a line end; text as UTF-8. */
  send(...lines: readonly (string | Uint8Array)[]): void
  end(): void
}

/**
 * @param greeting null if the server waits for the client
 * @param open called for each connection; returns what handles a command without its tag
 */
export async function startLineServer(
  greeting: string | Uint8Array,
  answers: readonly LineAnswer[],
  open: (session: Session) => (command: string, tag: string) => void,
  hasTags: boolean,
): Promise<LineServer> {
  const sockets = new Set<Socket>()
  const used = new Map<LineAnswer, number>()

  function respond(session: Session, line: string, usual: (command: string, tag: string) => void): void {
    const tag = hasTags ? (line.split(' ', 1)[0] ?? '') : ''
    const command = hasTags ? line.slice(tag.length + 1) : line
    const answer = answers.find((one) => one.to.test(command) && (used.get(one) ?? 0) < one.times)
    if (!answer) return usual(command, tag)
    used.set(answer, (used.get(answer) ?? 0) + 1)
    session.send(...answer.send.map((each) => (typeof each === 'string' ? each.replaceAll('{tag}', tag) : each)))
    if (answer.usual) usual(command, tag)
    if (answer.close) session.end()
  }

  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    const session: Session = {
      send(...lines) {
        if (socket.writable) for (const line of lines) socket.write(Buffer.concat([Buffer.from(line), Buffer.from(CRLF)]))
      },
      end: () => void socket.end(),
    }
    const usual = open(session)
    let received = ''
    socket.setEncoding('latin1')
    socket.on('data', (data: string) => {
      received += data
      for (let next = readCommand(received); next !== null; next = readCommand(received)) {
        if (next === 'literal') return session.send('+ go on')
        received = received.slice(next.length)
        respond(session, next.command, usual)
      }
    })
    session.send(greeting)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/**
 * The first command, with its literals as strings; `literal` if the client waits before one (RFC 9051, section 4.3); null if
 * it is incomplete.
 */
function readCommand(received: string): { readonly command: string; readonly length: number } | 'literal' | null {
  let command = ''
  for (let at = 0; ;) {
    const end = received.indexOf(CRLF, at)
    if (end < 0) return null
    const line = received.slice(at, end)
    const literal = /\{(\d+)(\+?)\}$/.exec(line)
    const from = end + CRLF.length
    if (!literal) return { command: command + line, length: from }
    const to = from + Number(literal[1])
    if (received.length < to) return literal[2] === '' && received.length === from ? 'literal' : null
    command += `${line.slice(0, literal.index)}"${received.slice(from, to)}"`
    at = to
  }
}

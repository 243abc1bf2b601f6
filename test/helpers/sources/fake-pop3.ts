/** A POP3 server with a few messages, whose replies a test can replace. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

export interface FakePop3 {
  readonly port: number
  readonly password: string
  /** The commands of all sessions, oldest first, including passwords. */
  readonly commands: readonly string[]
  /** The maildrop: headers by UID, oldest first. */
  messages: Map<string, string>
  /** Replaces the reply to a command; undefined means the default reply. */
  answer(command: string, socket: Socket): string | undefined
  /** In addition to USER, UIDL and TOP. */
  capabilities: readonly string[]
  close(): Promise<void>
}

const CRLF = '\r\n'

export async function startFakePop3(greeting = '+OK ready'): Promise<FakePop3> {
  const commands: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.setEncoding('latin1')
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    socket.write(greeting + CRLF)
    const marked = new Set<string>()
    let rest = ''
    socket.on('data', (data: string) => {
      const lines = (rest + data).split(CRLF)
      rest = lines.pop() ?? ''
      for (const line of lines) {
        commands.push(line)
        socket.write((fake.answer(line, socket) ?? usual(line, socket, marked)) + CRLF, 'latin1')
      }
    })
  })

  function usual(line: string, socket: Socket, marked: Set<string>): string {
    const [verb = '', first = ''] = line.split(' ')
    const uid = [...fake.messages.keys()][Number(first) - 1] ?? ''
    switch (verb) {
      case 'CAPA':
        return ['+OK', 'USER', 'UIDL', 'TOP', ...fake.capabilities, '.'].join(CRLF)
      case 'USER':
        return '+OK'
      case 'PASS':
        return line === `PASS ${fake.password}` ? '+OK' : '-ERR invalid password'
      case 'STAT':
        return `+OK ${fake.messages.size} 1000`
      case 'UIDL':
        return ['+OK', ...Array.from(fake.messages.keys(), (one, i) => `${i + 1} ${one}`), '.'].join(CRLF)
      case 'TOP':
        return ['+OK', fake.messages.get(uid) ?? '', '', '.'].join(CRLF)
      case 'DELE':
        marked.add(uid)
        return '+OK'
      case 'QUIT':
        for (const one of marked) fake.messages.delete(one)
        setImmediate(() => socket.end())
        return '+OK'
      default:
        return '-ERR unknown'
    }
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const fake: FakePop3 = {
    port: (server.address() as AddressInfo).port,
    password: 'right',
    commands,
    messages: new Map(),
    capabilities: [],
    answer: () => undefined,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
  return fake
}

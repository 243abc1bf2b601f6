/** A scripted IMAP server: the test decides its reply to each command. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

interface FakeConnection {
  readonly socket: Socket
  /** Sends lines, each with a line end. */
  send(...lines: readonly string[]): void
}

export interface FakeCommand extends FakeConnection {
  readonly tag: string
  readonly command: string
  /** With literals as quoted strings. */
  readonly args: string
  /** Replies like a correct server with three messages, two of them unread. */
  respond(): void
}

export interface FakeImapScript {
  /** Sends the greeting; a default one if absent. */
  readonly greet?: (connection: FakeConnection) => void
  /** Replies to a command; `respond` if absent. */
  readonly answer?: (command: FakeCommand) => void
}

export interface FakeImap {
  readonly port: number
  /** The names of the received commands, in order. */
  readonly commands: readonly string[]
  /** The number of open connections. */
  readonly connections: number
  close(): Promise<void>
}

export async function startFakeImap({ greet, answer }: FakeImapScript = {}): Promise<FakeImap> {
  const sockets = new Set<Socket>()
  const commands: string[] = []
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.setEncoding('latin1')
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    const send = (...lines: readonly string[]): void =>
      void (socket.writable && socket.write(lines.map((line) => `${line}\r\n`).join(''), 'latin1'))
    let idleTag = ''
    const onLine = (line: string): void => {
      if (line === 'DONE') return send(`${idleTag} OK done`)
      const [tag = '', verb = '', ...rest] = line.split(' ')
      const command = verb === 'UID' ? `UID ${rest.shift()}` : verb
      if (command === 'IDLE') idleTag = tag
      commands.push(command)
      const request = {
        socket,
        send,
        tag,
        command,
        args: rest.join(' '),
        respond: () => send(...defaultReply(tag, command, rest.join(' '))),
      }
      if (answer) answer(request)
      else request.respond()
    }
    let received = ''
    /** The line before a literal, and its literals as quoted strings. */
    let begun = ''
    let literalBytes: number | null = null
    socket.on('data', (data: string) => {
      received += data
      for (;;) {
        if (literalBytes !== null) {
          if (received.length < literalBytes) return
          begun += `"${received.slice(0, literalBytes)}"`
          received = received.slice(literalBytes)
          literalBytes = null
        }
        const end = received.indexOf('\r\n')
        if (end < 0) return
        const line = received.slice(0, end)
        received = received.slice(end + 2)
        const [marker, size, plus] = /\{(\d+)(\+?)\}$/.exec(line) ?? []
        if (marker === undefined) {
          onLine(begun + line)
          begun = ''
        } else {
          begun += line.slice(0, -marker.length)
          literalBytes = Number(size)
          if (plus === '') send('+ go on')
        }
      }
    })
    if (greet) greet({ socket, send })
    else send('* OK [CAPABILITY IMAP4rev1 IDLE ESEARCH] ready')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    commands,
    get connections() {
      return sockets.size
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

const CAPABILITIES = '* CAPABILITY IMAP4rev1 IDLE ESEARCH'
const untagged: Readonly<Record<string, readonly string[]>> = {
  CAPABILITY: [CAPABILITIES],
  LIST: ['* LIST (\\HasNoChildren) "/" INBOX'],
  EXAMINE: ['* 3 EXISTS', '* FLAGS (\\Seen)', '* OK [UIDVALIDITY 7] ok', '* OK [UIDNEXT 4] ok'],
}

function defaultReply(tag: string, command: string, args: string): readonly string[] {
  if (command === 'LIST' && args === '"" ""') return ['* LIST (\\Noselect) "/" ""', `${tag} OK done`]
  if (command === 'IDLE') return ['+ idling']
  if (command === 'UID SEARCH') return [`* ESEARCH (TAG "${tag}") UID COUNT 2 ALL 2:3`, `${tag} OK done`]
  if (command === 'UID FETCH')
    return [...[2, 3].map((uid) => fetchResponse(uid, [`Subject: Mail ${uid}`, 'From: Ann <ann@example.org>'])), `${tag} OK done`]
  return [...(untagged[command] ?? []), `${tag} OK done`]
}

/** A FETCH response with these header lines (one character per byte) and more items. */
export function fetchResponse(uid: number, header: readonly string[], more = ''): string {
  const text = [...header, '', ''].join('\r\n')
  const arrived = `01-Jun-2026 10:00:${String(uid % 60).padStart(2, '0')} +0000`
  return `* ${uid} FETCH (UID ${uid} INTERNALDATE "${arrived}"${more} BODY[HEADER.FIELDS (FROM SUBJECT)]<0> {${text.length}}\r\n${text})`
}

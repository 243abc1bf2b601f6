/** A small IMAP client that shares no code with the product. Its commands resolve after the server's OK. */
import { once } from 'node:events'
import { connect } from 'node:net'

export interface ImapLogin {
  readonly port: number
  readonly user: string
  readonly password: string
}

export interface ImapClient {
  /** Sends one command and returns its untagged lines. @throws Error for any reply but OK */
  command(text: string): Promise<readonly string[]>
  /** Delivers a message; flags as in `\\Seen`. */
  append(folder: string, message: string, flags?: string, arrivedAt?: Date): Promise<void>
  /** UIDs in the selected folder that match, ascending. */
  search(criteria: string): Promise<readonly number[]>
  close(): void
}

/** A test then fails with this error instead of running into its own timeout. */
const ANSWER_MS = 30_000

export async function connectImap({ port, user, password }: ImapLogin): Promise<ImapClient> {
  const socket = connect(port, '127.0.0.1')
  socket.setNoDelay()
  socket.setTimeout(ANSWER_MS)
  socket.setEncoding('latin1')
  let pending = ''
  const lines: string[] = []
  let ended: Error | null = null
  let wake = (): void => undefined
  socket.on('data', (data: string) => {
    const parts = (pending + data).split('\r\n')
    pending = parts.pop() ?? ''
    lines.push(...parts)
    wake()
  })
  socket.on('timeout', () => socket.destroy(new Error(`The IMAP server did not respond within ${ANSWER_MS / 1000} s.`)))
  socket.on('error', (error) => (ended = error))
  socket.on('close', () => {
    ended ??= new Error('The IMAP server closed the connection.')
    wake()
  })

  async function line(): Promise<string> {
    for (;;) {
      const first = lines.shift()
      if (first !== undefined) return first
      if (ended) throw ended
      await new Promise<void>((resolve) => (wake = resolve))
    }
  }

  let tags = 0
  async function command(text: string, literal?: string): Promise<readonly string[]> {
    tags += 1
    const tag = `t${tags}`
    socket.write(`${tag} ${text}\r\n`)
    const untagged: string[] = []
    // Only while a command runs: a client may be quiet for longer.
    socket.setTimeout(ANSWER_MS)
    for (;;) {
      const answer = await line()
      if (answer.startsWith('+') && literal !== undefined) socket.write(`${literal}\r\n`, 'latin1')
      else if (!answer.startsWith(`${tag} `)) untagged.push(answer)
      else {
        socket.setTimeout(0)
        if (answer.startsWith(`${tag} OK`)) return untagged
        throw new Error(`${text.split(' ')[0] ?? ''} was answered ${answer}`)
      }
    }
  }

  await once(socket, 'connect')
  await line()
  await command(`LOGIN "${user}" "${password}"`)
  return {
    command: (text) => command(text),
    async append(folder, message, flags = '', arrivedAt) {
      const arrived = arrivedAt ? `"${internalDate(arrivedAt)}" ` : ''
      await command(`APPEND "${folder}" (${flags}) ${arrived}{${Buffer.byteLength(message, 'latin1')}}`, message)
    },
    async search(criteria) {
      const found = (await command(`UID SEARCH ${criteria}`)).find((each) => each.startsWith('* SEARCH'))
      return (found ?? '').split(' ').slice(2).filter(Boolean).map(Number)
    },
    close: () => void socket.destroy(),
  }
}

/** RFC 9051, section 9: date-time. */
function internalDate(date: Date): string {
  const [, day, month, year, time] = date.toUTCString().split(' ')
  return `${day}-${month}-${year} ${time} +0000`
}

/** A message with these header lines (latin1: one character per byte). */
export const rawMessage = (...header: string[]): string => [...header, '', 'Text.', ''].join('\r\n')

/** A folder name in modified UTF-7 (RFC 3501, section 5.1.3). */
export const modifiedUtf7 = (name: string): string =>
  name
    .replaceAll('&', '&-')
    .replaceAll(
      /[^ -~]+/g,
      (run) => `&${Buffer.from(run, 'utf16le').swap16().toString('base64').replaceAll('/', ',').replaceAll('=', '')}-`,
    )

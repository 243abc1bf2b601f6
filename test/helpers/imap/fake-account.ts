/** An account on a fake IMAP server: folders with counts, and sessions that receive their changes when the test says so. */
import type { Socket } from 'node:net'
import { type FakeCommand, type FakeImap, type FakeImapScript, startFakeImap } from './fake-imap.ts'

interface FakeFolder {
  unread: number
  total: number
  /** As in `\\Trash`. */
  flags?: string
}

export interface FakeSession {
  readonly socket: Socket
  readonly send: FakeCommand['send']
  /** The folder that is selected. */
  selected: string
  idling: boolean
  /** The arguments of its NOTIFY. */
  notify: string | null
}

export interface FakeAccount extends FakeImap {
  /** By their names on the wire. */
  readonly folders: Map<string, FakeFolder>
  /** All received commands with their arguments, in order. */
  readonly lines: readonly string[]
  /** The open connections that have sent a command. */
  readonly sessions: ReadonlySet<FakeSession>
  /** Changes a folder silently. */
  set(name: string, folder: FakeFolder): void
  /** Changes a folder, and notifies sessions that IDLE in it or watch it by NOTIFY. */
  push(name: string, folder: FakeFolder): void
}

export interface FakeAccountOptions {
  readonly capabilities?: string
  readonly folders?: Readonly<Record<string, FakeFolder>>
  /** Custom replies by command name. */
  readonly overrides?: Readonly<Record<string, (request: FakeCommand, session: FakeSession) => void>>
  readonly greet?: FakeImapScript['greet']
}

export async function startFakeAccount(options: FakeAccountOptions = {}): Promise<FakeAccount> {
  const { capabilities = 'IDLE ESEARCH', overrides = {}, greet } = options
  const folders = new Map(Object.entries(options.folders ?? { INBOX: { unread: 2, total: 3 } }))
  const sessions = new Map<Socket, FakeSession>()
  const received: string[] = []
  const all = `CAPABILITY IMAP4rev1 ${capabilities}`

  function sessionOf({ socket, send }: Pick<FakeCommand, 'socket' | 'send'>): FakeSession {
    let session = sessions.get(socket)
    if (!session) {
      session = { socket, send, selected: '', idling: false, notify: null }
      sessions.set(socket, session)
      socket.on('close', () => sessions.delete(socket))
    }
    return session
  }

  function answer(request: FakeCommand): void {
    const { command, args, tag, send } = request
    received.push(`${command} ${args}`)
    const session = sessionOf(request)
    session.idling = command === 'IDLE'
    const override = overrides[command]
    if (override) override(request, session)
    else if (command === 'IDLE') send('+ idling')
    else send(...reply(session, command, args, tag))
  }

  function reply(session: FakeSession, command: string, args: string, tag: string): readonly string[] {
    const ok = `${tag} OK done`
    const none = `${tag} NO [NONEXISTENT] no such folder`
    switch (command) {
      case 'CAPABILITY':
        return [`* ${all}`, ok]
      case 'ENABLE':
        return [`* ENABLED ${args}`, ok]
      case 'LIST':
        return [...listed(args), ok]
      case 'STATUS': {
        const [name = ''] = namesIn(args)
        return folders.has(name) ? [status(name), ok] : [none]
      }
      case 'SELECT':
      case 'EXAMINE': {
        const [name = ''] = namesIn(args)
        const folder = folders.get(name)
        session.selected = folder ? name : ''
        return folder ? [`* ${folder.total} EXISTS`, '* OK [UIDVALIDITY 7] ok', `* OK [UIDNEXT ${folder.total + 1}] ok`, ok] : [none]
      }
      case 'UID SEARCH': {
        const { unread = 0 } = folders.get(session.selected) ?? {}
        return [`* ESEARCH (TAG "${tag}") UID COUNT ${unread}${unread === 0 ? '' : ` ALL 1:${unread}`}`, ok]
      }
      case 'NOTIFY':
        session.notify = args
        return [ok]
      default:
        return [ok]
    }
  }

  function listed(args: string): readonly string[] {
    const [, pattern = '', returns = ''] = /^"" (\(.*?\)|"[^"]*"|\S+)(?: RETURN (.*))?$/.exec(args) ?? []
    const isAll = pattern === '"*"' || pattern === '*'
    const names = isAll ? [...folders.keys()] : namesIn(pattern).filter((name) => folders.has(name))
    return names.flatMap((name) => [
      `* LIST (${folders.get(name)?.flags ?? ''}) "/" "${name}"`,
      ...(returns.includes('STATUS') ? [status(name)] : []),
    ])
  }

  function status(name: string): string {
    const { unread = 0, total = 0 } = folders.get(name) ?? {}
    return `* STATUS "${name}" (MESSAGES ${total} UNSEEN ${unread} UIDNEXT ${total + 1})`
  }

  const fake = await startFakeImap({
    greet: greet ?? (({ send }) => send(`* OK [${all}] ready`)),
    answer,
  })
  return {
    get port() {
      return fake.port
    },
    get commands() {
      return fake.commands
    },
    get connections() {
      return fake.connections
    },
    close: fake.close,
    folders,
    lines: received,
    get sessions() {
      return new Set(sessions.values())
    },
    set: (name, folder) => void folders.set(name, folder),
    push(name, folder) {
      folders.set(name, folder)
      for (const session of sessions.values()) {
        if (session.selected === name && session.idling) session.send(`* ${folder.total} EXISTS`, '* 1 FETCH (FLAGS ())')
        else if (session.notify?.includes(`"${name}"`) || session.notify?.includes('(personal (MessageNew')) session.send(status(name))
      }
    },
  }
}

/** The mailbox names among a command's arguments, quoted or not. */
function namesIn(args: string): readonly string[] {
  return Array.from(args.matchAll(/"([^"]*)"|([^\s"()]+)/g), ([, quoted, bare]) => quoted ?? bare ?? '')
}

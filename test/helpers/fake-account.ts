/** An account on a fake IMAP server: folders with numbers, and sessions that are told of their changes as the test says. */
import type { Socket } from 'node:net'
import { type Asked, type FakeImap, type FakeImapScript, startFakeImap } from './fake-imap.ts'

interface FakeFolder {
  unread: number
  total: number
  /** As in `\\Trash`. */
  flags?: string
}

export interface FakeSession {
  readonly socket: Socket
  readonly send: Asked['send']
  /** The folder that is selected. */
  selected: string
  idling: boolean
  /** The arguments of its NOTIFY. */
  notify: string | null
}

export interface FakeAccount extends FakeImap {
  /** By their names on the wire. */
  readonly folders: Map<string, FakeFolder>
  /** All commands with their arguments, in their order. */
  readonly asked: readonly string[]
  /** Those that are connected, and have asked something. */
  readonly sessions: ReadonlySet<FakeSession>
  /** Changes a folder and tells nobody. */
  set(name: string, folder: FakeFolder): void
  /** Changes a folder and tells the sessions that wait in it, or for it. */
  tell(name: string, folder: FakeFolder): void
}

export interface FakeAccountOptions {
  readonly capabilities?: string
  readonly folders?: Readonly<Record<string, FakeFolder>>
  /** Answers a command in the account's stead, by the command's name. */
  readonly own?: Readonly<Record<string, (asked: Asked, session: FakeSession) => void>>
  readonly greet?: FakeImapScript['greet']
}

export async function startFakeAccount(options: FakeAccountOptions = {}): Promise<FakeAccount> {
  const { capabilities = 'IDLE ESEARCH', own = {}, greet } = options
  const folders = new Map(Object.entries(options.folders ?? { INBOX: { unread: 2, total: 3 } }))
  const sessions = new Map<Socket, FakeSession>()
  const asked: string[] = []
  const all = `CAPABILITY IMAP4rev1 ${capabilities}`

  function sessionOf({ socket, send }: Pick<Asked, 'socket' | 'send'>): FakeSession {
    let session = sessions.get(socket)
    if (!session) {
      session = { socket, send, selected: '', idling: false, notify: null }
      sessions.set(socket, session)
      socket.on('close', () => sessions.delete(socket))
    }
    return session
  }

  function answer(question: Asked): void {
    const { command, args, tag, send } = question
    asked.push(`${command} ${args}`)
    const session = sessionOf(question)
    session.idling = command === 'IDLE'
    const mine = own[command]
    if (mine) mine(question, session)
    else if (command === 'IDLE') send('+ idling')
    else send(...lines(session, command, args, tag))
  }

  function lines(session: FakeSession, command: string, args: string, tag: string): readonly string[] {
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
        return [`* ESEARCH (TAG "x") UID COUNT ${unread}${unread === 0 ? '' : ` ALL 1:${unread}`}`, ok]
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
    const wanted = isAll ? [...folders.keys()] : namesIn(pattern).filter((name) => folders.has(name))
    return wanted.flatMap((name) => [
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
    asked,
    get sessions() {
      return new Set(sessions.values())
    },
    set: (name, folder) => void folders.set(name, folder),
    tell(name, folder) {
      folders.set(name, folder)
      for (const session of sessions.values()) {
        if (session.selected === name && session.idling) session.send(`* ${folder.total} EXISTS`, '* 1 FETCH (FLAGS ())')
        else if (session.notify?.includes(`"${name}"`) || session.notify?.includes('(personal (MessageNew')) session.send(status(name))
      }
    },
  }
}

/** The first names of what follows a command, quoted or not. */
function namesIn(args: string): readonly string[] {
  return Array.from(args.matchAll(/"([^"]*)"|([^\s"()]+)/g), ([, quoted, bare]) => quoted ?? bare ?? '')
}

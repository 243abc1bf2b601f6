/** The mail servers and files on which the truth tests verify the displayed counts. */
import { chmod, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { startCyrus } from '../helpers/imap/cyrus.ts'
import { startDovecot } from '../helpers/imap/dovecot.ts'
import { connectImap, type ImapLogin, modifiedUtf7 } from '../helpers/imap/imap-client.ts'
import type { Part } from '../helpers/parts.ts'
import { type Proxy, startProxy } from '../helpers/web/proxy.ts'
import { type Listener, listen } from './listener.ts'
import { type FolderNames, type Mailbox, openMailbox } from './mailbox.ts'
import type { Random } from './random.ts'
import { startThunderbird } from './thunderbird.ts'

export interface RunningBackend {
  /** The entry under `sources` in the config file; its secret is in the variable PASSWORD. */
  readonly source: object
  readonly password: string
  readonly mailbox: Mailbox
  /** Between Mailbell and the server; null if Mailbell reads files. */
  readonly proxy: Proxy | null
  /** When the server last notified an independent client of a change in INBOX; null without such a client. */
  readonly notifiedAtMs: (() => number) | null
  /** Takes the server or the files away. */
  stop(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

export interface Backend {
  readonly name: string
  /** Null if it needs no program. */
  readonly needs: Part | null
  /** Whether the source receives changes, or polls at an interval. */
  readonly updates: 'push' | 'poll'
  /** The longest time until Mailbell shows a change. */
  readonly boundMs: number
  /** `stale` if a folder can never be counted; `ok` by default. */
  readonly status?: 'stale'
  open(random: Random): Promise<RunningBackend>
}

/** The environment variable of the secret. */
export const PASSWORD = 'TRUTH_PASSWORD'

const USER = 'me'
const INTERVAL_MS = 1_000
const common = { account: USER, interval: `${INTERVAL_MS}ms` }
const credentials = { user: USER, password: { env: PASSWORD } }
const plain = { host: '127.0.0.1', security: 'none', ...credentials }
/** Dovecot notifies after up to half a second; a change in a folder without push appears at the next poll. */
const PUSH_BOUND_MS = 2_000
/** One interval and one poll. */
const POLL_BOUND_MS = INTERVAL_MS + 1_000

interface Server {
  readonly port: number
  readonly password: string
  stop(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

interface BackendParts {
  /** The port that Mailbell connects to; null if it reads files. */
  readonly port: number | null
  readonly source: (port: number) => object
  /** An independent client records when the server reports changes in INBOX. */
  readonly watchesInbox?: boolean
  /** The files that Mailbell reads; moved away while the server is stopped. */
  readonly folder?: string
  /** Only INBOX counts. */
  readonly inboxOnly?: boolean
  readonly counts?: 'UNSEEN' | 'MESSAGES'
  readonly withCopies?: boolean
  readonly count?: (folder: string) => Promise<number>
  readonly names?: FolderNames
}

/**
 * Counts a Maildir by its files: those in `new`, and those in `cur` without the flags S and T. A message that one client copies
 * while another deletes it can stay with the flag T, and does not count.
 */
async function countMaildir(path: string, folder: string): Promise<number> {
  const place = folder === 'INBOX' ? path : join(path, `.${modifiedUtf7(folder)}`)
  const namesIn = (sub: string): Promise<string[]> => readdir(join(place, sub)).catch(() => [])
  const [fresh, seen] = [await namesIn('new'), await namesIn('cur')]
  return fresh.length + seen.filter((name) => !/:2,[A-Za-z]*[ST]/.test(name)).length
}

/** Counts an mbox over its own session, without the messages marked as deleted. */
async function countUndeleted(login: ImapLogin, folder: string): Promise<number> {
  const client = await connectImap(login)
  try {
    await client.command(`EXAMINE "${modifiedUtf7(folder)}"`)
    return (await client.search('UNSEEN UNDELETED')).length
  } finally {
    client.close()
  }
}

async function open(server: Server, random: Random, wiring: BackendParts): Promise<RunningBackend> {
  const { port, source, watchesInbox = false, folder, inboxOnly = false, counts = 'UNSEEN', withCopies = true, count, names } = wiring
  const imapLogin = { port: server.port, user: USER, password: server.password }
  const mailbox = await openMailbox(() => connectImap(imapLogin), random, { withFolders: !inboxOnly, counts, withCopies, count, names })
  const startListener = (): Promise<Listener> | null => (watchesInbox ? listen(imapLogin) : null)
  let listener = await startListener()
  const proxy = port === null ? null : await startProxy(port)
  return {
    source: source(proxy?.port ?? 0),
    password: server.password,
    mailbox,
    proxy,
    notifiedAtMs: watchesInbox ? () => listener?.notifiedAtMs() ?? 0 : null,
    async stop() {
      await server.stop()
      if (folder !== undefined) await rename(folder, `${folder}.away`)
    },
    async start() {
      if (folder !== undefined) await rename(`${folder}.away`, folder)
      await server.start()
      await mailbox.reconnect()
      listener?.close()
      listener = await startListener()
    },
    async close() {
      listener?.close()
      mailbox.close()
      await proxy?.close()
      await server.close()
    },
  }
}

/** Names that need quoting, escaping or modified UTF-7, and names that differ little. */
const ODD_NAMES: FolderNames = {
  first: ['R&D', 'lists', 'Lists', String.raw`a"b\c`, 'two  blanks', '🔔'],
  existing: [],
  next: (number) => `&${number} – ${'~(){'.charAt(number % 4)}`,
}

/** Beside a shared folder with the name of an own one. */
const BELOW_INBOX: FolderNames = {
  first: ['INBOX.Lists', 'INBOX.회의록'],
  existing: ['Lists'],
  next: (number) => `INBOX.Folder ${number}`,
}

const imap = (port: number): object => ({ type: 'imap', ...common, ...plain, port, folders: ['*'] })

export const backends: readonly Backend[] = [
  {
    name: 'Dovecot, IMAP with IDLE',
    needs: 'dovecot',
    updates: 'push',
    boundMs: PUSH_BOUND_MS,
    async open(random) {
      const server = await startDovecot({ hidden: ['NOTIFY'] })
      return await open(server, random, { port: server.port, source: imap, watchesInbox: true })
    },
  },
  {
    name: 'Dovecot, IMAP with NOTIFY',
    needs: 'dovecot',
    updates: 'push',
    boundMs: PUSH_BOUND_MS,
    async open(random) {
      const server = await startDovecot()
      return await open(server, random, { port: server.port, source: imap, watchesInbox: true })
    },
  },
  {
    name: 'Dovecot, odd folder names',
    needs: 'dovecot',
    updates: 'push',
    boundMs: PUSH_BOUND_MS,
    async open(random) {
      const server = await startDovecot({ hidden: ['NOTIFY'] })
      return await open(server, random, { port: server.port, source: imap, watchesInbox: true, names: ODD_NAMES })
    },
  },
  {
    name: 'Dovecot, a folder that it may not read',
    needs: 'dovecot',
    updates: 'push',
    boundMs: PUSH_BOUND_MS,
    status: 'stale',
    async open(random) {
      const server = await startDovecot({ hidden: ['NOTIFY'] })
      const client = await connectImap({ port: server.port, user: USER, password: server.password })
      await client.command('CREATE Broken')
      client.close()
      const path = join(server.homeOf(USER), 'Maildir', '.Broken')
      // Only the directories of its messages: the folder is still listed.
      for (const sub of ['cur', 'new']) await chmod(join(path, sub), 0)
      return await open(server, random, { port: server.port, source: imap, watchesInbox: true })
    },
  },
  {
    name: 'Cyrus, IMAP',
    needs: 'cyrus',
    updates: 'push',
    boundMs: PUSH_BOUND_MS,
    async open(random) {
      const server = await startCyrus()
      return await open(server, random, { port: server.port, source: imap, watchesInbox: true })
    },
  },
  {
    name: 'Cyrus without altnamespace, with a shared folder',
    needs: 'cyrus',
    updates: 'push',
    boundMs: PUSH_BOUND_MS,
    async open(random) {
      const server = await startCyrus({ altNamespace: false })
      const admin = await connectImap({ port: server.port, user: 'cyrus', password: server.password })
      for (const command of ['CREATE Lists', 'SETACL Lists anyone lrswipkxte']) await admin.command(command)
      admin.close()
      const source = (port: number): object => ({ ...imap(port), folders: ['*', 'Lists'] })
      return await open(server, random, { port: server.port, source, watchesInbox: true, names: BELOW_INBOX })
    },
  },
  {
    name: 'Cyrus, JMAP',
    needs: 'cyrus',
    updates: 'poll',
    boundMs: POLL_BOUND_MS,
    async open(random) {
      const server = await startCyrus()
      const source = (port: number): object => ({
        type: 'jmap',
        ...common,
        ...credentials,
        url: `http://127.0.0.1:${port}`,
        folders: ['*'],
      })
      return await open(server, random, { port: server.httpPort, source, withCopies: false })
    },
  },
  {
    name: 'Dovecot, POP3',
    needs: 'dovecot',
    updates: 'poll',
    boundMs: POLL_BOUND_MS,
    async open(random) {
      const server = await startDovecot({ pop3: true })
      const source = (port: number): object => ({ type: 'pop3', ...common, ...plain, port })
      return await open(server, random, { port: server.pop3Port, source, inboxOnly: true, counts: 'MESSAGES' })
    },
  },
  {
    name: 'Maildir',
    needs: 'dovecot',
    updates: 'push',
    boundMs: PUSH_BOUND_MS,
    async open(random) {
      const server = await startDovecot()
      const path = join(server.homeOf(USER), 'Maildir')
      return await open(server, random, {
        port: null,
        folder: path,
        count: (name) => countMaildir(path, name),
        source: () => ({ type: 'maildir', account: USER, path, folders: ['*'] }),
      })
    },
  },
  {
    name: 'mbox',
    needs: 'dovecot',
    updates: 'push',
    boundMs: PUSH_BOUND_MS,
    async open(random) {
      const server = await startDovecot({ store: 'mbox' })
      const path = join(server.homeOf(USER), 'inbox')
      return await open(server, random, {
        port: null,
        folder: server.homeOf(USER),
        count: (name) => countUndeleted({ port: server.port, user: USER, password: server.password }, name),
        source: () => ({ type: 'mbox', account: USER, path }),
        inboxOnly: true,
      })
    },
  },
  {
    name: 'Thunderbird, mbox',
    needs: null,
    updates: 'push',
    boundMs: PUSH_BOUND_MS,
    async open(random) {
      const thunderbird = await startThunderbird(random)
      const source = { type: 'mbox', account: USER, path: thunderbird.path }
      return { ...thunderbird, source, password: 'unused', proxy: null, notifiedAtMs: null }
    },
  },
]

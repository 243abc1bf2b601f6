/**
 * A private Cyrus in a temporary folder, on free loopback ports, with IMAP and JMAP. Accepts any user with one password, and
 * creates the mailbox at the first IMAP login.
 */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type Daemon, freePort, greets, runAs, startDaemon } from '../programs/daemon.ts'
import { connectImap } from './imap-client.ts'
import { pathOf } from '../parts.ts'
import { temporaryFolder } from '../tmp.ts'
import { until } from '../until.ts'

export interface CyrusServer {
  /** IMAP without TLS. */
  readonly port: number
  /** HTTP without TLS; clients discover the JMAP session from it (RFC 8620, section 2.2). */
  readonly httpPort: number
  readonly password: string
  /** Creates the mailbox of a user: INBOX, Archive and Trash. */
  createUser(user: string): Promise<void>
  /** Stops the server and closes every connection. */
  stop(): Promise<void>
  start(): Promise<void>
  /** Stops the server and removes its folder. */
  close(): Promise<void>
}

/** Folders that must exist and belong to Cyrus. */
const FOLDERS = ['conf/db', 'conf/proc', 'conf/lock', 'conf/log', 'conf/quota', 'conf/socket', 'conf/user', 'spool', 'tmp']

export interface CyrusOptions {
  /**
   * Without it, the user's own folders lie below `INBOX.`, and shared ones beside it without a prefix; `cyrus` may create
   * them.
   */
  readonly altNamespace?: boolean
}

export async function startCyrus({ altNamespace = true }: CyrusOptions = {}): Promise<CyrusServer> {
  const programs = dirname(pathOf('cyrus'))
  const folder = await temporaryFolder({ open: true })
  const user = process.getuid?.() === 0 ? 'cyrus' : userInfo().username
  const group = (await promisify(execFile)('id', ['-gn', user])).stdout.trim()
  const [port, httpPort, password] = [await freePort(), await freePort(), randomBytes(12).toString('hex')]
  await runAs(user, 'mkdir', ['-p', ...FOLDERS], folder.path, group)
  const checker = await startPasswordCheck(join(folder.path, 'saslauthd'), password)
  const config = join(folder.path, 'imapd.conf')
  const services = join(folder.path, 'cyrus.conf')
  await writeFile(config, settings(folder.path, altNamespace))
  await writeFile(services, servicesOf({ programs, config, port, httpPort }))
  let daemon: Daemon | null = null

  async function start(): Promise<void> {
    const args = ['-C', config, '-M', services, '-p', join(folder.path, 'conf', 'master.pid'), '-D']
    const started = startDaemon(user, pathOf('cyrus'), args, folder.path, group)
    daemon = started
    await until(async () => {
      if (started.exited) throw new Error(`Cyrus ended: ${started.output()}`)
      return (await greets(port)) && (await isResponding(httpPort))
    }, 30_000)
  }

  async function stop(): Promise<void> {
    // While a connection waits to be accepted, Cyrus 3.6 spins in pselect() and misses the exit of its last child process.
    await daemon?.stop('SIGTERM', 1_000)
    daemon = null
  }

  await start()
  return {
    port,
    httpPort,
    password,
    async createUser(name) {
      const client = await connectImap({ port, user: name, password })
      client.close()
    },
    stop,
    start,
    async close() {
      await stop()
      checker.close()
      await folder.remove()
    },
  }
}

/** Checks passwords by the protocol of saslauthd: four length-prefixed strings. */
async function startPasswordCheck(path: string, password: string): Promise<Server> {
  const server = createServer((socket) => {
    let received = Buffer.alloc(0)
    socket.on('error', () => undefined)
    socket.on('data', (data) => {
      received = Buffer.concat([received, data])
      const [, given, service, realm] = stringsOf(received)
      if (service === undefined || realm === undefined) return
      const verdict = given === password ? 'OK' : 'NO'
      socket.end(Buffer.from([0, verdict.length, ...Buffer.from(verdict)]))
    })
  })
  server.listen(path)
  await once(server, 'listening')
  await chmod(path, 0o777)
  return server
}

function stringsOf(bytes: Buffer): readonly string[] {
  const strings: string[] = []
  for (let at = 0; at + 2 <= bytes.length;) {
    const end = at + 2 + bytes.readUInt16BE(at)
    if (end > bytes.length) break
    strings.push(bytes.toString('utf8', at + 2, end))
    at = end
  }
  return strings
}

async function isResponding(port: number): Promise<boolean> {
  try {
    await fetch(`http://127.0.0.1:${port}/.well-known/jmap`, { redirect: 'manual', signal: AbortSignal.timeout(2_000) })
    return true
  } catch {
    return false
  }
}

const settings = (folder: string, altNamespace: boolean): string => `
configdirectory: ${folder}/conf
defaultpartition: default
partition-default: ${folder}/spool
temp_path: ${folder}/tmp
idlesocket: ${folder}/conf/socket/idle
servername: localhost
sasl_pwcheck_method: saslauthd
sasl_saslauthd_path: ${folder}/saslauthd
sasl_mech_list: PLAIN LOGIN
allowplaintext: yes
failedloginpause: 0
autocreate_quota: 0
autocreate_post: yes
autocreate_inbox_folders: Archive|Trash
xlist-Archive: Archive
xlist-Trash: Trash
admins: cyrus
unixhierarchysep: ${altNamespace ? 'yes' : 'no'}
altnamespace: ${altNamespace ? 'yes' : 'no'}
virtdomains: off
conversations: yes
httpmodules: jmap
httpallowcompress: no
`

const servicesOf = ({ programs, config, port, httpPort }: { programs: string; config: string; port: number; httpPort: number }): string => `
START {
  recover cmd="${programs}/ctl_cyrusdb -C ${config} -r"
}
DAEMON {
  idled cmd="${programs}/idled -C ${config}"
}
SERVICES {
  imap cmd="${programs}/imapd -C ${config}" listen="127.0.0.1:${port}" proto="tcp4" prefork=1 maxchild=100
  http cmd="${programs}/httpd -C ${config}" listen="127.0.0.1:${httpPort}" proto="tcp4" prefork=1 maxchild=100
}
EVENTS {
}
`

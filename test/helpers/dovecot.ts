/** A Dovecot of its own in a temporary folder, on free ports of loopback: every user is let in with one password. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeCertificate } from './certificate.ts'
import { type Daemon, freePort, startDaemon } from './daemon.ts'
import { pathOf } from './parts.ts'
import { temporaryFolder } from './tmp.ts'
import { until } from './until.ts'

const run = promisify(execFile)

export interface DovecotServer {
  /** Speaks in the clear, and STARTTLS. */
  readonly port: number
  /** Speaks TLS from the start. */
  readonly tlsPort: number
  readonly password: string
  /** PEM of the authority that signed its certificate, which is for `localhost`. */
  readonly ca: string
  /** Ends it with every connection. */
  stop(): Promise<void>
  start(): Promise<void>
  /** Stops it and takes its folder away. */
  close(): Promise<void>
}

export interface DovecotOptions {
  /** Capabilities that it does not own up to, so that a client does without. */
  readonly hidden?: readonly string[]
  /**
   * Thousands of users with sessions at once: each runs under this system id of its own, since the system bounds the
   * file watches of each. Only these users are there then. Needs root.
   */
  readonly crowd?: ReadonlyMap<string, number>
}

export async function startDovecot({ hidden = [], crowd }: DovecotOptions = {}): Promise<DovecotServer> {
  const folder = await temporaryFolder({ open: true })
  const user = process.getuid?.() === 0 ? 'dovecot' : userInfo().username
  const { stdout: group } = await run('id', ['-gn', user])
  const [port, tlsPort, password] = [await freePort(), await freePort(), randomBytes(12).toString('hex')]
  const ca = await makeCertificate(folder.path)
  for (const name of ['run', 'state', 'home']) {
    await mkdir(join(folder.path, name))
    await chmod(join(folder.path, name), 0o777)
  }
  const config = join(folder.path, 'dovecot.conf')
  await writeFile(config, settings({ folder: folder.path, user, group: group.trim(), port, tlsPort, password, hidden, crowd: crowd !== undefined }))
  const people = Array.from(crowd ?? [], ([name, id]) => `${name}::${id}:${id}::${folder.path}/home/${name}::\n`)
  await writeFile(join(folder.path, 'people'), people.join(''))
  let daemon: Daemon | null = null

  async function start(): Promise<void> {
    const started = startDaemon(crowd ? 'root' : user, pathOf('dovecot'), ['-F', '-c', config], folder.path)
    daemon = started
    await until(() => {
      if (started.exited) throw new Error(`Dovecot ended: ${started.output()}`)
      return greets(port)
    }, 30_000)
  }

  async function stop(): Promise<void> {
    if (daemon === null) return
    const children = await childrenOf(join(folder.path, 'run', 'master.pid'))
    await daemon.stop('SIGTERM')
    daemon = null
    // A session in IDLE would live on for seconds without its server.
    for (const pid of children) end(pid)
  }
  await start()
  return {
    port,
    tlsPort,
    password,
    ca,
    stop,
    start,
    async close() {
      await stop()
      await folder.remove()
    },
  }
}

/** Processes that the server of this pid file has started. */
async function childrenOf(pidFile: string): Promise<readonly number[]> {
  const { stdout } = await run('ps', ['-o', 'pid=', '--ppid', (await readFile(pidFile, 'utf8')).trim()])
  return stdout.trim().split(/\s+/).map(Number)
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

async function greets(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'data', { signal: AbortSignal.timeout(2_000) })
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

interface Settings {
  readonly folder: string
  readonly user: string
  readonly group: string
  readonly port: number
  readonly tlsPort: number
  readonly password: string
  readonly hidden: readonly string[]
  readonly crowd: boolean
}

/** What it says that it can, once somebody has logged in. */
const CAPABILITIES =
  'IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE SORT SORT=DISPLAY THREAD=REFERENCES THREAD=REFS THREAD=ORDEREDSUBJECT MULTIAPPEND URL-PARTIAL CATENATE UNSELECT CHILDREN NAMESPACE UIDPLUS LIST-EXTENDED I18NLEVEL=1 CONDSTORE QRESYNC ESEARCH ESORT SEARCHRES WITHIN CONTEXT=SEARCH LIST-STATUS BINARY MOVE SNIPPET=FUZZY PREVIEW=FUZZY PREVIEW STATUS=SIZE SAVEDATE SPECIAL-USE LITERAL+ NOTIFY'

const without = (hidden: readonly string[]): string =>
  CAPABILITIES.split(' ')
    .filter((name) => !hidden.includes(name))
    .join(' ')

/** One user runs everything, so that no step of it needs root. */
const settings = ({ folder, user, group, port, tlsPort, password, hidden, crowd }: Settings): string => `
protocols = imap
listen = 127.0.0.1
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = /dev/stderr
${process.env['DOVECOT_LIBEXEC'] === undefined ? '' : `libexec_dir = ${process.env['DOVECOT_LIBEXEC']}`}
default_internal_user = ${user}
default_internal_group = ${group}
default_login_user = ${user}
first_valid_uid = 1
first_valid_gid = 1
disable_plaintext_auth = no
auth_failure_delay = 0
mail_max_userip_connections = 100
mail_fsync = never
${hidden.length === 0 ? '' : `imap_capability = ${without(hidden)}`}
mail_location = maildir:~/Maildir
ssl = yes
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
namespace inbox {
  inbox = yes
  separator = /
}
passdb {
  driver = static
  args = password=${password}
}
userdb {
  driver = ${crowd ? 'passwd-file' : 'static'}
  args = ${crowd ? `${folder}/people` : `uid=${user} gid=${group} home=${folder}/home/%u`}
}
service anvil {
  chroot =
}
service imap-login {
  chroot =
  process_min_avail = 1
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = ${tlsPort}
  }
  ${crowd ? 'service_count = 0\n  client_limit = 8000\n  process_limit = 4' : ''}
}
${crowd ? CROWD : ''}`

const CROWD = `default_client_limit = 10000
service imap {
  process_limit = 8000
}
`

/** A Dovecot of its own in a temporary folder, on free ports of loopback: every user is let in with one password. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeCertificate } from './certificate.ts'
import { type Daemon, freePort, greets, startDaemon, stopFamily } from './daemon.ts'
import { pathOf } from './parts.ts'
import { temporaryFolder } from './tmp.ts'
import { until } from './until.ts'

const run = promisify(execFile)

export interface DovecotServer {
  /** Speaks in the clear, and STARTTLS. */
  readonly port: number
  /** Speaks TLS from the start. */
  readonly tlsPort: number
  /** The same for POP3, where it speaks that. */
  readonly pop3Port: number
  readonly pop3TlsPort: number
  readonly password: string
  /** PEM of the authority that signed its certificate, which is for `localhost`. */
  readonly ca: string
  /** The directory of a user's messages. */
  homeOf(user: string): string
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
  /** Where it speaks in the clear; else on a free one. Another one that was there before had another password and certificate. */
  readonly port?: number
  /** Speaks POP3 too, one session a mailbox. */
  readonly pop3?: boolean
  /** The format in a user's home: `Maildir`, or `inbox` and `mail`. */
  readonly store?: keyof typeof STORES
  /** Asks there whether an access token is good (RFC 7662), with the name and password of its own client in the address. */
  readonly introspection?: string
}

const STORES = {
  maildir: 'mail_location = maildir:~/Maildir',
  nestedMaildir: 'mail_location = maildir:~/Maildir:LAYOUT=fs',
  // Else it keeps what was read to itself for a while.
  mbox: 'mail_location = mbox:~/mail:INBOX=~/inbox\nmbox_lazy_writes = no',
}

export async function startDovecot({
  hidden = [],
  crowd,
  pop3 = false,
  store = 'maildir',
  introspection,
  port: requested,
}: DovecotOptions = {}): Promise<DovecotServer> {
  const folder = await temporaryFolder({ open: true })
  const user = process.getuid?.() === 0 ? 'dovecot' : userInfo().username
  const { stdout: group } = await run('id', ['-gn', user])
  const [port, tlsPort, password] = [requested ?? (await freePort()), await freePort(), randomBytes(12).toString('hex')]
  const [pop3Port, pop3TlsPort] = [await freePort(), await freePort()]
  const ca = await makeCertificate(folder.path)
  for (const name of ['run', 'state', 'home']) {
    await mkdir(join(folder.path, name))
    await chmod(join(folder.path, name), 0o777)
  }
  const config = join(folder.path, 'dovecot.conf')
  const pop3Settings = pop3 ? settingsForPop3(pop3Port, pop3TlsPort) : ''
  await writeFile(
    config,
    settings({
      folder: folder.path,
      user,
      group: group.trim(),
      port,
      tlsPort,
      password,
      hidden,
      crowd: crowd !== undefined,
      store,
      introspection,
    }) + pop3Settings,
  )
  const people = Array.from(crowd ?? [], ([name, id]) => `${name}::${id}:${id}::${folder.path}/home/${name}::\n`)
  await writeFile(join(folder.path, 'people'), people.join(''))
  if (introspection !== undefined)
    await writeFile(
      join(folder.path, 'oauth2.conf'),
      `introspection_url = ${introspection}\nintrospection_mode = post\nusername_attribute = sub\nactive_attribute = active\nactive_value = true\n`,
    )
  let daemon: Daemon | null = null

  async function start(): Promise<void> {
    const started = startDaemon(crowd ? 'root' : user, pathOf('dovecot'), ['-F', '-c', config], folder.path)
    daemon = started
    await until(() => {
      if (started.exited) throw new Error(`Dovecot ended: ${started.output()}`)
      return greets(pop3 ? pop3Port : port)
    }, 30_000)
  }

  async function stop(): Promise<void> {
    if (daemon === null) return
    await stopFamily(daemon, join(folder.path, 'run', 'master.pid'))
    daemon = null
  }
  await start()
  return {
    port,
    tlsPort,
    pop3Port,
    pop3TlsPort,
    password,
    ca,
    homeOf: (name) => join(folder.path, 'home', name),
    stop,
    start,
    async close() {
      await stop()
      await folder.remove()
    },
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
  readonly store: keyof typeof STORES
  readonly introspection: string | undefined
}

/** Its capabilities after the login. */
const CAPABILITIES =
  'IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE SORT SORT=DISPLAY THREAD=REFERENCES THREAD=REFS THREAD=ORDEREDSUBJECT MULTIAPPEND URL-PARTIAL CATENATE UNSELECT CHILDREN NAMESPACE UIDPLUS LIST-EXTENDED I18NLEVEL=1 CONDSTORE QRESYNC ESEARCH ESORT SEARCHRES WITHIN CONTEXT=SEARCH LIST-STATUS BINARY MOVE SNIPPET=FUZZY PREVIEW=FUZZY PREVIEW STATUS=SIZE SAVEDATE SPECIAL-USE LITERAL+ NOTIFY'

const without = (hidden: readonly string[]): string =>
  CAPABILITIES.split(' ')
    .filter((name) => !hidden.includes(name))
    .join(' ')

const oauth2 = (folder: string): string => `
auth_mechanisms = plain login oauthbearer xoauth2
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = ${folder}/oauth2.conf
}
`

/** One user runs everything, so that no step of it needs root. */
const settings = ({ folder, user, group, port, tlsPort, password, hidden, crowd, store, introspection }: Settings): string => `
protocols = imap
listen = 127.0.0.1
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = /dev/stderr
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
${STORES[store]}
ssl = yes
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
namespace inbox {
  inbox = yes
  separator = /
}
${introspection === undefined ? '' : oauth2(folder)}
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
  # Nobody waits for another's wrong password.
  unix_listener anvil-auth-penalty {
    mode = 0
  }
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

const settingsForPop3 = (port: number, tlsPort: number): string => `
protocols = imap pop3
protocol pop3 {
  pop3_lock_session = yes
  mail_max_userip_connections = 100
}
service pop3-login {
  chroot =
  process_min_avail = 1
  inet_listener pop3 {
    port = ${port}
  }
  inet_listener pop3s {
    port = ${tlsPort}
  }
}
`

const CROWD = `default_client_limit = 10000
service imap {
  process_limit = 8000
}
`

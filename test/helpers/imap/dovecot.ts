/** A private Dovecot in a temporary folder, on free loopback ports. Accepts any user with one password. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeCertificate } from '../certificate.ts'
import { type Daemon, freePort, greets, startDaemon } from '../programs/daemon.ts'
import { pathOf } from '../parts.ts'
import { temporaryFolder } from '../tmp.ts'
import { until } from '../until.ts'

const run = promisify(execFile)

export interface DovecotServer {
  /** IMAP without TLS, with STARTTLS. */
  readonly port: number
  /** IMAP with implicit TLS. */
  readonly tlsPort: number
  /** The same for POP3, if enabled. */
  readonly pop3Port: number
  readonly pop3TlsPort: number
  readonly password: string
  /** The authority of the certificate for `localhost`, as PEM. */
  readonly ca: string
  /** The directory of a user's messages. */
  homeOf(user: string): string
  /** Stops the server and closes every connection. */
  stop(): Promise<void>
  start(): Promise<void>
  /** Stops the server and removes its folder. */
  close(): Promise<void>
}

export interface DovecotOptions {
  /** Capabilities to hide from clients. */
  readonly hidden?: readonly string[]
  /**
   * Thousands of users with concurrent sessions. Each session runs under the given system id, because the system limits the
   * file watches per user. Only these users can log in. Requires root.
   */
  readonly crowd?: ReadonlyMap<string, number>
  /** The port without TLS; a free one by default. A restart on the same port has a new password and certificate. */
  readonly port?: number
  /** Enables POP3, with one session per mailbox. */
  readonly pop3?: boolean
  /** The mail format in the user's home: `Maildir`, or `inbox` and `mail`. */
  readonly store?: keyof typeof STORES
  /** The URL for token introspection (RFC 7662), with client id and secret. */
  readonly introspection?: string
}

const STORES = {
  maildir: 'mail_location = maildir:~/Maildir',
  nestedMaildir: 'mail_location = maildir:~/Maildir:LAYOUT=fs',
  // Otherwise Dovecot delays writing read states to the file.
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
  const accounts = Array.from(crowd ?? [], ([name, id]) => `${name}::${id}:${id}::${folder.path}/home/${name}::\n`)
  await writeFile(join(folder.path, 'accounts'), accounts.join(''))
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
    await daemon?.stop('SIGTERM')
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

/** The capabilities after login. */
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

/** All processes run as one user, so that none needs root. */
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
  args = ${crowd ? `${folder}/accounts` : `uid=${user} gid=${group} home=${folder}/home/%u`}
}
service anvil {
  chroot =
  # A wrong password must not delay other logins.
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

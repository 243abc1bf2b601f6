/** The supervisor of the bundled server with the real process, clock and random. */
import { randomBytes } from 'node:crypto'
import { utilityProcess } from 'electron'
import { WORKER_PATH } from '../system/built-files.ts'
import { schedule } from '../../client/clock.ts'
import { createServerProcess, type ServerProcess, type ServerProcessDeps } from './server-process.ts'

/** The server's part of the environment: where the user's files are, and how programs, names and certificates are found. */
const FILE_VARIABLES = ['HOME', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA', 'XDG_DATA_HOME', 'MAILBELL_DATA_DIR', 'TEMP', 'TMP', 'TMPDIR']
const SYSTEM_VARIABLES = [
  'PATH',
  'SystemRoot',
  'LANG',
  'TZ',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'NODE_EXTRA_CA_CERTS',
  'DBUS_SESSION_BUS_ADDRESS',
  'XDG_RUNTIME_DIR',
]

type BundledServerDeps = Omit<ServerProcessDeps, 'fork' | 'now' | 'schedule' | 'newToken'>

export function createBundledServer(deps: BundledServerDeps): ServerProcess {
  const names = [...FILE_VARIABLES, ...SYSTEM_VARIABLES]
  const env = Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])))
  return createServerProcess({
    ...deps,
    fork: () => utilityProcess.fork(WORKER_PATH, [], { serviceName: 'Mailbell server', stdio: 'pipe', env }),
    now: () => performance.now(),
    schedule,
    newToken: () => randomBytes(32).toString('base64url'),
  })
}

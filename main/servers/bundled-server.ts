/** The supervisor of the bundled server with the real process, clock and random. */
import { randomBytes } from 'node:crypto'
import { utilityProcess } from 'electron'
import { fileURLToPath } from 'node:url'
import { schedule } from '../../client/clock.ts'
import { createServerProcess, type ServerProcess, type ServerProcessDeps, type Worker } from './server-process.ts'

const WORKER_PATH = fileURLToPath(new URL('../../server/worker.js', import.meta.url))

/** The server's part of the environment: where the user's files are, and how names and certificates are found. */
const ENVIRONMENT = [
  'HOME',
  'USERPROFILE',
  'APPDATA',
  'LOCALAPPDATA',
  'XDG_DATA_HOME',
  'MAILBELL_DATA_DIR',
  'PATH',
  'SystemRoot',
  'TEMP',
  'TMP',
  'TMPDIR',
  'LANG',
  'TZ',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'NODE_EXTRA_CA_CERTS',
]

function forkServer(env: NodeJS.ProcessEnv): Worker {
  return utilityProcess.fork(WORKER_PATH, [], {
    serviceName: 'Mailbell server',
    stdio: 'pipe',
    env: Object.fromEntries(ENVIRONMENT.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))),
  })
}

export function createBundledServer(deps: Pick<ServerProcessDeps, 'log' | 'onState' | 'openSignIn' | 'storeTokens'>): ServerProcess {
  return createServerProcess({
    ...deps,
    fork: () => forkServer(process.env),
    now: () => performance.now(),
    schedule,
    newToken: () => randomBytes(32).toString('base64url'),
  })
}

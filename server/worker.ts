/**
 * The server inside the desktop app: entry of Electron's utilityProcess. It listens on a free loopback port; all that
 * it must know comes by message, and it exits when told to, or with 1 where it cannot go on.
 */
import process from 'node:process'
import { DEFAULT_CAPS, DEFAULT_CONNECTIONS, type ImapSourceConfig } from './config.ts'
import { dataDirOf } from './data-dir.ts'
import { createLog } from './log.ts'
import { Secret } from './secret.ts'
import { tryImapLogin } from './sources/imap.ts'
import { SourceError } from './sources/source.ts'
import { type RunningServer, start } from './start.ts'
import { sha256Of } from './tokens.ts'
import { VERSION } from './version.ts'
import type { WorkerCommand, WorkerEvent, WorkerImapAccount, WorkerSources } from './worker-protocol.ts'

/** What this file uses of Electron's `process.parentPort`; the server imports nothing of Electron. */
interface ParentPort {
  on(event: 'message', listener: (message: { readonly data: WorkerCommand }) => void): unknown
  postMessage(event: WorkerEvent): void
}

const IMAP_INTERVAL_MS = 60_000
const TRY_LOGIN_MS = 90_000
const DRAIN_MS = 200

const log = createLog({ level: 'info' })

function parentPortOf(host: NodeJS.Process & { readonly parentPort?: ParentPort }): ParentPort {
  if (host.parentPort) return host.parentPort
  throw new Error('This is the server of the desktop app, which starts it; for a server of its own use `mailbell serve`.')
}

// A utilityProcess goes on after an unhandled rejection; a server in an unknown state must not.
function fail(error: unknown): void {
  log.error({ err: error }, 'the server cannot go on')
  process.exit(1)
}
process.on('unhandledRejection', fail)
process.on('uncaughtException', fail)

function configOf({ account, password, folders, ...rest }: WorkerImapAccount): ImapSourceConfig {
  return {
    ...rest,
    type: 'imap',
    name: account,
    account,
    password: new Secret({ value: password }),
    folders: folders.length === 0 ? ['INBOX'] : folders,
    intervalMs: IMAP_INTERVAL_MS,
    ca: undefined,
    pin: undefined,
    connections: DEFAULT_CONNECTIONS,
  }
}

async function tryLogin(account: WorkerImapAccount): Promise<Extract<WorkerEvent, { type: 'tried' }>['error']> {
  try {
    await tryImapLogin(configOf(account), AbortSignal.timeout(TRY_LOGIN_MS))
    return null
  } catch (error) {
    if (error instanceof SourceError) return { code: error.code, message: error.message }
    throw error
  }
}

async function listen(token: string, { imap, demo }: WorkerSources): Promise<RunningServer> {
  return await start(
    {
      http: {
        host: '127.0.0.1',
        port: 0,
        allowedHosts: [],
        allowedOrigins: [],
        trustedProxies: [],
        maxHoldSeconds: 55,
        drainMs: DRAIN_MS,
        caps: DEFAULT_CAPS,
        legacy: false,
        pageDir: null,
      },
      sources: imap.map(configOf),
      tokens: [{ name: 'desktop', sha256: sha256Of(token), scopes: ['read', 'act'], accounts: '*' }],
      dataDir: dataDirOf(),
      demo,
      persist: false,
    },
    { log, version: VERSION },
  )
}

const port = parentPortOf(process)
/** Commands are carried out one after another, so that `set-sources` never overtakes `start`. */
let work: Promise<void> = Promise.resolve()
let server: RunningServer | undefined

async function obey(command: Exclude<WorkerCommand, { type: 'try-imap' }>): Promise<void> {
  switch (command.type) {
    case 'start':
      try {
        server = await listen(command.token, command.sources)
      } catch (error) {
        port.postMessage({ type: 'failed', message: error instanceof Error ? error.message : String(error) })
        return fail(error)
      }
      return port.postMessage({ type: 'listening', url: server.url })
    case 'set-sources':
      return await server?.setSources(command.sources.imap.map(configOf), command.sources.demo)
    case 'kick':
      return server?.kick()
    case 'shutdown':
      await server?.close()
      return process.exit(0)
  }
}

port.on('message', ({ data: command }) => {
  if (command.type === 'try-imap') {
    const { id } = command
    tryLogin(command.account).then((error) => port.postMessage({ type: 'tried', id, error }), fail)
    return
  }
  work = work.then(() => obey(command))
  work.catch(fail)
})

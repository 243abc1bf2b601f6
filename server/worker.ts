/**
 * The server inside the desktop app: entry of Electron's utilityProcess. It listens on a free loopback port; all that
 * it must know comes by message, and it exits when told to, or with 1 where it cannot go on.
 */
import process from 'node:process'
import { DEFAULT_CAPS, DEFAULT_CONNECTIONS } from './config.ts'
import { dataDirOf } from './data-dir.ts'
import { parseAddress } from './discovery/address.ts'
import { discover } from './discovery/discover.ts'
import type { Discovery, TryStep, TryTrouble } from './discovery/found.ts'
import { networkDeps } from './discovery/net.ts'
import { type MailboxConfig, tryMailbox } from './discovery/try.ts'
import { bracketed } from './http/hosts.ts'
import { createLog } from './log.ts'
import { Secret } from './secret.ts'
import { type RunningServer, start } from './start.ts'
import { sha256Of } from './tokens.ts'
import { VERSION } from './version.ts'
import type { WorkerCommand, WorkerEvent, WorkerAccount, WorkerSources } from './worker-protocol.ts'

/** What this file uses of Electron's `process.parentPort`; the server imports nothing of Electron. */
interface ParentPort {
  on(event: 'message', listener: (message: { readonly data: WorkerCommand }) => void): unknown
  postMessage(event: WorkerEvent): void
}

const INTERVAL_MS = 60_000
const POP3_INTERVAL_MS = 120_000
const TRY_LOGIN_MS = 90_000
const FIND_MS = 8_000
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

function configOf({ protocol, account, password, folders, ...rest }: WorkerAccount): MailboxConfig {
  const { host, port, security, user, pin, url, webUrl } = rest
  const secret = new Secret({ value: password })
  const common = { name: account, account, ca: undefined, pin, webUrl }
  switch (protocol) {
    case 'imap':
      return {
        ...common,
        type: 'imap',
        host,
        port,
        security,
        user,
        password: secret,
        accessToken: null,
        folders: folders.length === 0 ? ['INBOX'] : folders,
        intervalMs: INTERVAL_MS,
        connections: DEFAULT_CONNECTIONS,
      }
    case 'pop3':
      return {
        ...common,
        type: 'pop3',
        host,
        port,
        security,
        user,
        password: secret,
        accessToken: null,
        intervalMs: POP3_INTERVAL_MS,
        dataDir: dataDirOf(),
      }
    case 'jmap':
      return {
        ...common,
        type: 'jmap',
        url: url ?? `${security === 'none' ? 'http' : 'https'}://${bracketed(host)}:${port}`,
        login: user === '' ? { token: secret } : { user, password: secret },
        folders: folders.length === 0 ? ['\\Inbox'] : folders,
        count: 'emails',
        intervalMs: INTERVAL_MS,
        allowInsecure: false,
      }
  }
}

async function tryLogin(account: WorkerAccount, onStep: (step: TryStep) => void): Promise<TryTrouble | null> {
  const result = await tryMailbox(configOf(account), AbortSignal.timeout(TRY_LOGIN_MS), onStep)
  return result.ok ? null : result.trouble
}

async function findMailbox(text: string): Promise<Discovery> {
  const address = parseAddress(text)
  return address ? await discover(address, networkDeps(), AbortSignal.timeout(FIND_MS)) : { address: text, candidates: [], provider: null }
}

async function listen(token: string, { accounts, demo }: WorkerSources): Promise<RunningServer> {
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
      sources: accounts.map(configOf),
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

/** Those that take long, and wait for nobody. */
type Question = Extract<WorkerCommand, { id: number }>

async function obey(command: Exclude<WorkerCommand, Question>): Promise<void> {
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
      return await server?.setSources(command.sources.accounts.map(configOf), command.sources.demo)
    case 'kick':
      return server?.kick()
    case 'shutdown':
      await server?.close()
      return process.exit(0)
  }
}

async function answerTo(question: Question): Promise<WorkerEvent> {
  const { id } = question
  switch (question.type) {
    case 'find-mailbox':
      return { type: 'found', id, discovery: await findMailbox(question.address) }
    case 'try-account':
      return { type: 'tried', id, error: await tryLogin(question.account, (step) => port.postMessage({ type: 'trying', id, step })) }
  }
}

port.on('message', ({ data: command }) => {
  if ('id' in command) {
    answerTo(command).then((event) => port.postMessage(event), fail)
    return
  }
  work = work.then(() => obey(command))
  work.catch(fail)
})

/**
 * The server inside the desktop app: entry of Electron's utilityProcess. It listens on a free loopback port, gets all
 * that it needs by message, and exits on `shutdown`, or with 1 after an unexpected error.
 */
import process from 'node:process'
import { createSerialQueue } from '../common/async/serial-queue.ts'
import type { WorkerAccount } from '../common/protocol/account.ts'
import type { WorkerCommand, WorkerEvent } from '../common/protocol/worker.ts'
import { createOAuth } from './auth/oauth/oauth.ts'
import { createAccountSetup } from './desktop/account-setup.ts'
import { mailboxConfigOf, serverConfigOf } from './desktop/config.ts'
import { parentPortOf } from './desktop/parent-port.ts'
import { createTokenDelegation } from './desktop/token-delegation.ts'
import type { MailboxConfig } from './discovery/try.ts'
import { DEFAULT_TIMES } from './http/listener.ts'
import { createNetwork } from './net/network.ts'
import { trustSystemCertificates } from './net/tls/system-certificates.ts'
import { dataDirOf } from './platform/data-dir.ts'
import { createLog } from './platform/log.ts'
import { VERSION } from './platform/version.ts'
import { type RunningServer, start } from './start.ts'

/** Clients are on this machine: slow requests are checked for rarely, since each check wakes it. */
const CHECK_MS = 15 * 60_000

const log = createLog({ level: 'info' })

// A utilityProcess goes on after an unhandled rejection; a server in an unknown state must not.
function fail(error: unknown): void {
  log.error({ err: error }, 'the server cannot go on')
  process.exit(1)
}
process.on('unhandledRejection', fail)
process.on('uncaughtException', fail)

try {
  trustSystemCertificates()
} catch (error) {
  log.warn({ reason: String(error) }, "the system's certificates cannot be read; only Node's own are trusted")
}

const port = parentPortOf(process)
const emit = (event: WorkerEvent): void => port.postMessage(event)
const { tokens, settle } = createTokenDelegation(emit)
const sourceContext = { network: createNetwork(), oauth: createOAuth(tokens, (account) => `remove ${account} here and add it again`) }
const setup = createAccountSetup(sourceContext, configOf, emit)
/** Commands that change the sources run one at a time, so that `set-sources` never overtakes `start`. */
const enqueue = createSerialQueue()
let server: RunningServer | undefined

function configOf(account: WorkerAccount): MailboxConfig {
  if (account.oauth?.tokens) tokens.put(account.oauth.tokens)
  return mailboxConfigOf(account)
}

async function startServer({ token, sources }: Extract<WorkerCommand, { type: 'start' }>): Promise<void> {
  const config = serverConfigOf(token, sources.accounts.map(configOf), sources.demo)
  try {
    server = await start(config, { log, version: VERSION, sourceContext, times: { ...DEFAULT_TIMES, check: CHECK_MS } })
  } catch (error) {
    emit({ type: 'failed', message: error instanceof Error ? error.message : String(error) })
    return fail(error)
  }
  emit({ type: 'listening', url: server.url, dataDir: dataDirOf() })
}

async function stopServer(): Promise<void> {
  await server?.close()
  process.exit(0)
}

function setProxies(proxies: Readonly<Record<string, string>>): void {
  sourceContext.network.setProxies(proxies)
  // Connections over another route are made anew.
  server?.suspend()
  server?.probe(true)
}

/** Returns a promise where the command takes time; later commands do not wait for it, unless they are enqueued. */
function handle(command: WorkerCommand): Promise<void> | void {
  switch (command.type) {
    case 'start':
      return enqueue(() => startServer(command))
    case 'set-sources':
      return enqueue(() => server?.setSources(command.sources.accounts.map(configOf), command.sources.demo))
    case 'shutdown':
      return enqueue(stopServer)
    case 'find-mailbox':
      return setup.findMailbox(command.address).then((discovery) => emit({ type: 'found', id: command.id, discovery }))
    case 'try-account':
      return setup.tryAccount(command.id, command.account).then((error) => emit({ type: 'tried', id: command.id, error }))
    case 'cancel':
      return setup.cancel(command.id)
    case 'tokens-stored':
      return settle(command.request, command.stored)
    case 'kick':
      return server?.kick()
    case 'suspend':
      return server?.suspend()
    case 'probe':
      return server?.probe(command.isFirst)
    case 'proxies':
      return setProxies(command.proxies)
  }
}

port.on('message', ({ data }) => void handle(data)?.catch(fail))

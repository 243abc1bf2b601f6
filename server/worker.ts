/**
 * The server inside the desktop app: entry of Electron's utilityProcess. It listens on a free loopback port, gets all
 * that it needs by message, and exits on `shutdown`, or with 1 after an unexpected error.
 */
import { readFileSync } from 'node:fs'
import process from 'node:process'
import tls from 'node:tls'
import { createSerialQueue } from '../common/async/serial-queue.ts'
import type { WorkerAccount } from '../common/protocol/account.ts'
import type { WorkerCommand, WorkerEvent, WorkerSources } from '../common/protocol/worker.ts'
import { trustCertificates } from '../common/system-certificates.ts'
import { createOAuth } from './auth/oauth/oauth.ts'
import type { CountedConfig } from './config/load.ts'
import { createAccountSetup } from './desktop/account-setup.ts'
import { mailboxConfigOf, serverConfigOf } from './desktop/config.ts'
import { createTokenDelegation } from './desktop/token-delegation.ts'
import type { MailboxConfig } from './discovery/try.ts'
import { DEFAULT_TIMES } from './http/listener.ts'
import { createNetwork } from './net/network.ts'
import { controlPathOf } from './platform/control-path.ts'
import { dataDirOf } from './platform/data-dir.ts'
import { errorTextOf } from '../common/errors.ts'
import { createLog } from './platform/log.ts'
import { VERSION } from './platform/version.ts'
import { type RunningServer, start } from './start.ts'

/** Clients are on this machine: slow requests are checked for rarely, since each check wakes it. */
const CHECK_MS = 15 * 60_000

const log = createLog('info')

// A utilityProcess goes on after an unhandled rejection; a server in an unknown state must not.
function fail(error: unknown): void {
  log.error({ err: error }, 'the server cannot go on')
  process.exit(1)
}
process.on('unhandledRejection', fail)
process.on('uncaughtException', fail)

trustCertificates({ tls, extraFile: process.env['NODE_EXTRA_CA_CERTS'], readText: (path) => readFileSync(path, 'utf8'), log })

/** What the server uses of Electron's `process.parentPort`; it imports nothing of Electron. */
interface ParentPort {
  on(event: 'message', listener: (message: { readonly data: WorkerCommand }) => void): unknown
  postMessage(event: WorkerEvent): void
}

const { parentPort: port }: NodeJS.Process & { readonly parentPort?: ParentPort } = process
if (!port) throw new Error('This is the server of the desktop app, which starts it; to run a server of its own, use `mailbell serve`.')
const emit = (event: WorkerEvent): void => port.postMessage(event)
const { tokens, settle } = createTokenDelegation(emit)
const sourceContext = { network: createNetwork(), oauth: createOAuth(tokens, (account) => `remove ${account} here and add it again`) }
const setup = createAccountSetup(sourceContext, configOf)
/** The sign-ins that wait for the user, by the id of their try. */
const signIns = new Map<number, AbortController>()
/** Commands that change the sources run one at a time, so that `set-sources` never overtakes `start`. */
const enqueue = createSerialQueue()
let server: RunningServer | undefined

function configOf(account: WorkerAccount): MailboxConfig {
  if (account.oauth?.tokens) tokens.put(account.oauth.tokens)
  return mailboxConfigOf(account)
}

function countedConfigOf({ accounts, demo }: WorkerSources): CountedConfig {
  const labels = accounts.flatMap(({ account, label }): [string, string][] => (label ? [[account, label]] : []))
  return { sources: accounts.map(configOf), labels: new Map(labels), demo }
}

async function startServer({ token, sources }: Extract<WorkerCommand, { type: 'start' }>): Promise<void> {
  const dataDir = dataDirOf()
  emit({ type: 'starting', dataDir })
  const config = serverConfigOf(token, countedConfigOf(sources))
  try {
    server = await start(config, { log, version: VERSION, sourceContext, times: { ...DEFAULT_TIMES, check: CHECK_MS } })
  } catch (error) {
    emit({ type: 'failed', message: errorTextOf(error) })
    return fail(error)
  }
  emit({ type: 'listening', url: server.url, controlPath: controlPathOf(dataDir) })
}

async function tryAccount(id: number, account: WorkerAccount): Promise<void> {
  const signIn = new AbortController()
  signIns.set(id, signIn)
  const error = await setup.tryAccount(account, {
    onStep: (step) => emit({ type: 'try-step', id, step }),
    onSignIn: ({ url }) => emit({ type: 'open-sign-in', id, url }),
    isRemote: false,
    signal: signIn.signal,
  })
  signIns.delete(id)
  emit({ type: 'tried', id, error })
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

type Handlers = { readonly [Type in WorkerCommand['type']]: (command: Extract<WorkerCommand, { type: Type }>) => Promise<void> | void }

/** A handler returns a promise if its command takes time; later commands do not wait for it, unless they are enqueued. */
const handlers: Handlers = {
  start: (command) => enqueue(() => startServer(command)),
  'set-sources': ({ sources }) => enqueue(() => server?.setSources(countedConfigOf(sources))),
  shutdown: () => enqueue(stopServer),
  'find-mailbox': ({ id, address }) => setup.findMailbox(address).then((discovery) => emit({ type: 'found', id, discovery })),
  'read-known-accounts': ({ id }) => setup.readKnownAccounts().then((accounts) => emit({ type: 'known-accounts', id, accounts })),
  'try-account': ({ id, account }) => tryAccount(id, account),
  cancel: ({ id }) => signIns.get(id)?.abort(),
  'tokens-stored': ({ request, stored }) => settle(request, stored),
  check: async ({ id, account }) => {
    await server?.check(account)
    emit({ type: 'checked', id })
  },
  suspend: () => server?.suspend(),
  probe: ({ isFirst }) => server?.probe(isFirst),
  proxies: ({ proxies }) => setProxies(proxies),
}

port.on('message', ({ data }) => {
  // The handler of a type takes the command of that type, which TypeScript cannot follow through the union.
  const handle = handlers[data.type] as (command: WorkerCommand) => Promise<void> | void
  handle(data)?.catch(fail)
})

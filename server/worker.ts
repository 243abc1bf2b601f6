/**
 * The server inside the desktop app: entry of Electron's utilityProcess. It listens on a free loopback port; all that
 * it must know comes by message, and it exits when told to, or with 1 where it cannot go on.
 */
import process from 'node:process'
import tls from 'node:tls'
import { createSerialQueue } from '../common/async/serial-queue.ts'
import { DEFAULT_CONNECTIONS } from './sources/imap/config.ts'
import { DEFAULT_CAPS } from './board/parking.ts'
import type { OAuthConfig } from './auth/oauth/config.ts'
import { dataDirOf } from './platform/data-dir.ts'
import { parseAddress } from './discovery/address.ts'
import { discover } from './discovery/discover.ts'
import type { Discovery, TryStep } from '../common/protocol/discovery.ts'
import { networkDeps } from './discovery/net.ts'
import { type MailboxConfig, tryMailbox } from './discovery/try.ts'
import { bracketed } from '../common/model/hosts.ts'
import { DEFAULT_TIMES } from './http/listener.ts'
import { createLog } from './platform/log.ts'
import { createDelegatedTokens } from './auth/oauth/delegated-tokens.ts'
import { PROVIDERS } from './auth/oauth/providers.ts'
import { createOAuth } from './auth/oauth/oauth.ts'
import { createNetwork } from './net/network.ts'
import { Secret } from './auth/secret.ts'
import { OAuthError } from './auth/oauth/errors.ts'
import { type RunningServer, start } from './start.ts'
import { sha256Of } from './auth/tokens.ts'
import { VERSION } from './platform/version.ts'
import type { WorkerCommand, WorkerEvent, WorkerSources, WorkerTryError } from '../common/protocol/worker.ts'
import type { WorkerAccount, WorkerOAuth } from '../common/protocol/account.ts'

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
/** Who connects is on this machine: slow requests are looked for rarely, for each look wakes it. */
const CHECK_MS = 15 * 60_000

const log = createLog({ level: 'info' })

// Besides those that Node brings, what the system trusts: a company's own certificates are among them.
try {
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), ...tls.getCACertificates('system')])
} catch (error) {
  log.warn({ reason: String(error) }, "the system's certificates cannot be read; Node's own are trusted")
}

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

function oauthOf(
  account: string,
  { provider, clientId, clientSecret }: WorkerOAuth,
  protocol: WorkerAccount['protocol'] = 'imap',
): OAuthConfig {
  const secret = clientSecret === '' ? undefined : new Secret({ value: clientSecret })
  const { scopes, ...known } = PROVIDERS[provider]
  return {
    account,
    issuer: undefined,
    ...known,
    scopes: scopes[protocol === 'pop3' ? 'pop3' : 'imap'],
    clientId,
    clientSecret: secret,
  }
}

function configOf({ protocol, account, password, folders, oauth, ...rest }: WorkerAccount): MailboxConfig {
  const { host, port, security, user, pin, url, webUrl } = rest
  if (oauth?.tokens) tokens.put(oauth.tokens)
  const accessToken = oauth ? oauthOf(account, oauth, protocol) : null
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
        password: oauth ? null : secret,
        accessToken,
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
        password: oauth ? null : secret,
        accessToken,
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

/** Sign-ins that wait for a person, by the id of their try. */
const waiting = new Map<number, AbortController>()

async function signIn(id: number, account: string, provider: WorkerOAuth): Promise<WorkerTryError | null> {
  const cancel = new AbortController()
  waiting.set(id, cancel)
  try {
    await oauth.signInHere(oauthOf(account, provider), (url) => port.postMessage({ type: 'open', id, url }), cancel.signal)
    return null
  } catch (error) {
    if (cancel.signal.aborted) return { code: 'auth', message: 'The sign-in was cancelled.', cancelled: true }
    if (error instanceof OAuthError) return { code: error.code, message: error.message }
    throw error
  } finally {
    waiting.delete(id)
  }
}

async function tryLogin(id: number, account: WorkerAccount, onStep: (step: TryStep) => void): Promise<WorkerTryError | null> {
  const trouble = account.oauth && !account.oauth.tokens ? await signIn(id, account.account, account.oauth) : null
  if (trouble) return trouble
  const result = await tryMailbox(configOf(account), { network, oauth }, AbortSignal.timeout(TRY_LOGIN_MS), onStep)
  return result.ok ? null : result.trouble
}

async function findMailbox(text: string): Promise<Discovery> {
  const address = parseAddress(text)
  return address
    ? await discover(address, networkDeps(network), AbortSignal.timeout(FIND_MS))
    : { address: text, candidates: [], provider: null }
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
    { log, version: VERSION, sourceContext: { network, oauth }, times: { ...DEFAULT_TIMES, check: CHECK_MS } },
  )
}

const port = parentPortOf(process)

const keeps = new Map<number, (isKept: boolean) => void>()
let nextKeep = 0
const tokens = createDelegatedTokens(async ({ account, clientId }, text) => {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const keep = nextKeep++
  keeps.set(keep, resolve)
  port.postMessage({ type: 'keep', keep, given: { account, clientId, tokens: text } })
  if (!(await promise)) throw new OAuthError('config', `The access to ${account} could not be kept; see the log of the app.`)
})
const network = createNetwork()
const oauth = createOAuth(tokens, (account) => `remove ${account} here and add it again`)

/** Commands run one at a time, so that `set-sources` never overtakes `start`. */
const enqueue = createSerialQueue()
let server: RunningServer | undefined

/** Those that take long, and wait for nobody. */
type Question = Extract<WorkerCommand, { type: 'find-mailbox' | 'try-account' }>
/** What another command may be waiting for. */
type Answer = Extract<WorkerCommand, { type: 'cancel' | 'kept' }>
/** What waits for no other command: the sleep does not wait either. */
type Call = Extract<WorkerCommand, { type: 'kick' | 'suspend' | 'poke' | 'proxies' }>

async function obey(command: Exclude<WorkerCommand, Question | Answer | Call>): Promise<void> {
  switch (command.type) {
    case 'start':
      try {
        server = await listen(command.token, command.sources)
      } catch (error) {
        port.postMessage({ type: 'failed', message: error instanceof Error ? error.message : String(error) })
        return fail(error)
      }
      return port.postMessage({ type: 'listening', url: server.url, dataDir: dataDirOf() })
    case 'set-sources':
      return await server?.setSources(command.sources.accounts.map(configOf), command.sources.demo)
    case 'shutdown':
      await server?.close()
      return process.exit(0)
  }
}

function heed(call: Call): void {
  switch (call.type) {
    case 'kick':
      return server?.kick()
    case 'suspend':
      return server?.suspend()
    case 'poke':
      return server?.probe(call.isFirst)
    case 'proxies':
      network.setProxies(call.proxies)
      // What was reached by another way is reached anew.
      server?.suspend()
      return server?.probe(true)
  }
}

async function answerTo(question: Question): Promise<WorkerEvent> {
  const { id } = question
  switch (question.type) {
    case 'find-mailbox':
      return { type: 'found', id, discovery: await findMailbox(question.address) }
    case 'try-account':
      return { type: 'tried', id, error: await tryLogin(id, question.account, (step) => port.postMessage({ type: 'trying', id, step })) }
  }
}

port.on('message', ({ data: command }) => {
  if (command.type === 'cancel') return waiting.get(command.id)?.abort()
  if (command.type === 'kept') {
    keeps.get(command.keep)?.(command.isKept)
    keeps.delete(command.keep)
    return
  }
  if ('id' in command) {
    answerTo(command).then((event) => port.postMessage(event), fail)
    return
  }
  if (command.type === 'kick' || command.type === 'suspend' || command.type === 'poke' || command.type === 'proxies') return heed(command)
  enqueue(() => obey(command)).catch(fail)
})

/**
 * Supervises the bundled server: starts its utilityProcess, restarts it when it ends, and asks it to stop before killing
 * it. Address, token and the accounts' secrets go by message; address and token are new in each run.
 */
import { isDeepStrictEqual } from 'node:util'
import { settlesWithin } from '../../client/clock.ts'
import type { Clock } from '../../common/async/clock.ts'
import type { WorkerAccount } from '../../common/protocol/account.ts'
import type { TryStep } from '../../common/protocol/discovery.ts'
import type { AccountTokens, WorkerCommand, WorkerEvent, WorkerSources } from '../../common/protocol/worker.ts'
import type { Log } from '../system/log.ts'
import { mailProxies, type ResolveProxy } from './proxies.ts'
import { restartAfter } from './restart-policy.ts'
import { createWorkerRequests, type TryOutcome } from './worker-requests.ts'

/** What is used of Electron's UtilityProcess. */
export interface Worker {
  readonly stdout: NodeJS.ReadableStream | null
  readonly stderr: NodeJS.ReadableStream | null
  postMessage(command: WorkerCommand): void
  on(event: 'message', listener: (event: WorkerEvent) => void): unknown
  on(event: 'exit', listener: (code: number) => void): unknown
  kill(): boolean
}

export interface ServerProcessDeps extends Clock {
  readonly fork: () => Worker
  readonly log: Log
  readonly newToken: () => string
  readonly resolveProxy: ResolveProxy
  readonly onState: (state: ServerState) => void
  /** Shows the user where to sign in. */
  readonly openSignIn: (url: string) => Promise<void>
  readonly storeTokens: (given: AccountTokens) => Promise<void>
}

export type ServerState =
  | { readonly phase: 'starting' }
  | { readonly phase: 'listening'; readonly url: string; readonly token: string; readonly controlPath: string }
  /** It ended repeatedly; only a check starts it again. */
  | { readonly phase: 'down'; readonly detail: string }

export type ServerProcess = ReturnType<typeof createServerProcess>

const STOP_MS = 2_000

export function createServerProcess(deps: ServerProcessDeps) {
  const { fork, log, now, schedule, newToken, resolveProxy, onState, openSignIn, storeTokens } = deps
  let state: ServerState = { phase: 'starting' }
  let sources: WorkerSources = { accounts: [], demo: false }
  /** Accounts being tried: not yet sources, but reached in the same way. */
  const tried = new Set<WorkerAccount>()
  let proxies: Readonly<Record<string, string>> = {}
  let worker: Worker | null = null
  let dataDir: string | null = null
  let exited: Promise<void> = Promise.resolve()
  let endedAtMs: number[] = []
  let lastError = ''
  let cancelRestart: (() => void) | null = null
  let closing = false

  const send = (command: WorkerCommand): void => worker?.postMessage(command)
  const requests = createWorkerRequests(send)

  function setState(next: ServerState): void {
    state = next
    onState(next)
  }

  function run(): void {
    cancelRestart = null
    setState({ phase: 'starting' })
    const token = newToken()
    const current = fork()
    const { promise, resolve } = Promise.withResolvers<void>()
    worker = current
    exited = promise
    current.stdout?.on('data', (text) => log.raw(String(text)))
    current.stderr?.on('data', (text) => log.raw(String(text)))
    current.on('message', (event) => {
      if (worker === current) handle(event, token)
    })
    current.on('exit', (code) => {
      resolve()
      if (worker !== current) return
      worker = null
      if (!closing) restart(code)
    })
    if (Object.keys(proxies).length > 0) send({ type: 'proxies', proxies })
    send({ type: 'start', token, sources })
  }

  function handle(event: WorkerEvent, token: string): void {
    switch (event.type) {
      case 'starting':
        dataDir = event.dataDir
        return
      case 'listening':
        log.info({ url: event.url }, 'the server is listening')
        return setState({ phase: 'listening', url: event.url, token, controlPath: event.controlPath })
      case 'failed':
        lastError = event.message
        return
      case 'open-sign-in':
        if (requests.tries.includes(event.id)) openBrowser(event.id, event.url)
        return
      case 'store-tokens':
        return void answerStore(event.request, event.given)
      default:
        return requests.settle(event)
    }
  }

  function openBrowser(id: number, url: string): void {
    openSignIn(url).catch((error: unknown) => {
      log.warn({ reason: String(error) }, 'the browser could not be opened for a sign-in')
      send({ type: 'cancel', id })
    })
  }

  async function answerStore(request: number, given: AccountTokens): Promise<void> {
    const requester = worker
    let stored = true
    try {
      await storeTokens(given)
    } catch (error) {
      log.error({ reason: String(error) }, 'the tokens of an account could not be stored')
      stored = false
    }
    requester?.postMessage({ type: 'tokens-stored', request, stored })
  }

  function restart(code: number): void {
    requests.abort()
    endedAtMs.push(now())
    const next = restartAfter(endedAtMs, now())
    log.warn({ code, next }, 'the server ended')
    if (next.kind === 'give-up') return setState({ phase: 'down', detail: lastError || `The server ended with code ${code}.` })
    cancelRestart = schedule(run, next.afterMs)
    setState({ phase: 'starting' })
  }

  /** After each event that may have changed the system's proxies. */
  async function refreshProxies(): Promise<void> {
    const resolvedFor = sources
    try {
      const next = await mailProxies([...sources.accounts, ...tried], resolveProxy)
      if (resolvedFor !== sources || isDeepStrictEqual(next, proxies)) return
      proxies = next
      send({ type: 'proxies', proxies })
    } catch (error) {
      log.error({ reason: String(error) }, "the system's proxies cannot be read")
    }
  }

  /** Starts a server that is down or waits for its restart. */
  function restartNow(): void {
    if (closing) return
    cancelRestart?.()
    endedAtMs = []
    lastError = ''
    run()
  }

  return {
    get state() {
      return state
    },
    /** Where its files are; null before its first run listens. */
    get dataDir() {
      return dataDir
    },
    start(first: WorkerSources): void {
      sources = first
      run()
      void refreshProxies()
    },
    setSources(next: WorkerSources): void {
      sources = next
      send({ type: 'set-sources', sources })
      void refreshProxies()
    },
    // A worker that has only just been forked handles these after its start.
    /** @param onStep called when each step begins */
    async tryAccount(account: WorkerAccount, onStep: (step: TryStep) => void): Promise<TryOutcome> {
      tried.add(account)
      try {
        await refreshProxies()
        return worker ? await requests.tryAccount(account, onStep) : { kind: 'unavailable' }
      } finally {
        tried.delete(account)
      }
    },
    /** Null if no server runs. */
    findMailbox: async (address: string) => (worker ? await requests.findMailbox(address) : null),
    /** Null if no server runs. */
    readKnownAccounts: async () => (worker ? await requests.readKnownAccounts() : null),
    /** Ends the sign-ins that wait for the user; their tries are answered. */
    cancelSignIn(): void {
      for (const id of requests.tries) send({ type: 'cancel', id })
    },
    /**
     * Every source checks now, or that of one account; a server that is down is started again. Resolves once each has counted
     * or failed.
     * @param account null for all
     */
    async check(account: string | null): Promise<void> {
      if (worker) await requests.check(account)
      else restartNow()
    },
    /** Before a sleep: drops every connection, until a probe or a check. */
    suspend: () => send({ type: 'suspend' }),
    /** Checks that every connection is alive; the first after a sleep starts a server that is down. */
    probe(isFirst: boolean): void {
      if (worker) send({ type: 'probe', isFirst })
      else if (isFirst) restartNow()
      void refreshProxies()
    },
    /** Asks it to stop, and kills it 2 s later. */
    async close(): Promise<void> {
      closing = true
      cancelRestart?.()
      send({ type: 'shutdown' })
      if (await settlesWithin(exited, STOP_MS)) return
      log.warn({}, 'the server did not stop in time and is killed')
      worker?.kill()
      await settlesWithin(exited, STOP_MS)
    },
  }
}

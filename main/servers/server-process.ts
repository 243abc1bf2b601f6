/**
 * The supervisor of the bundled server: a utilityProcess that is started, started again when it ends, and asked to
 * stop before it is made to. Address, token and the accounts' secrets go by message and are new in each run.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Discovery, TryStep } from '../../common/protocol/discovery.ts'
import type { AccountTokens, WorkerCommand, WorkerEvent, WorkerSources, WorkerTryError } from '../../common/protocol/worker.ts'
import type { WorkerAccount } from '../../common/protocol/account.ts'
import { settlesWithin } from '../system/clock.ts'
import type { Log } from '../system/log.ts'
import { restartAfter } from './restart-policy.ts'

/** What is used of Electron's UtilityProcess. */
export interface Worker {
  readonly stdout: NodeJS.ReadableStream | null
  readonly stderr: NodeJS.ReadableStream | null
  postMessage(command: WorkerCommand): void
  on(event: 'message', listener: (event: WorkerEvent) => void): unknown
  on(event: 'exit', listener: (code: number) => void): unknown
  kill(): boolean
}

export interface ServerProcessDeps {
  readonly fork: () => Worker
  readonly log: Log
  /** Monotonic milliseconds. */
  readonly now: () => number
  readonly schedule: (callback: () => void, ms: number) => () => void
  readonly newToken: () => string
  readonly onState: (state: ServerState) => void
  /** Shows the person where to sign in. */
  readonly openSignIn: (url: string) => Promise<void>
  /** Resolves once the tokens are kept. */
  readonly keepTokens: (given: AccountTokens) => Promise<void>
}

export type ServerState =
  | { readonly phase: 'starting' }
  | { readonly phase: 'listening'; readonly url: string; readonly token: string; readonly dataDir: string }
  /** It keeps ending; only a kick starts it again. */
  | { readonly phase: 'down'; readonly detail: string }

/** How trying a login ended: it works, it does not, or nobody could be asked. */
export type Tried = { readonly kind: 'works' } | ({ readonly kind: 'refused' } & WorkerTryError) | { readonly kind: 'unavailable' }

export interface ServerProcess {
  readonly state: ServerState
  start(sources: WorkerSources): void
  setSources(sources: WorkerSources): void
  /** @param onStep told when each step begins. */
  tryAccount(account: WorkerAccount, onStep: (step: TryStep) => void): Promise<Tried>
  /** Ends the sign-ins that wait for a person; their tries are answered. */
  cancelSignIn(): void
  /** Where the mailbox of an address is; null where nobody could be asked. */
  findMailbox(address: string): Promise<Discovery | null>
  /** Every source looks now; a server that was given up is started again. */
  kick(): void
  /** The ways to mail servers; a server that is started later hears of them too. */
  setProxies(proxies: Readonly<Record<string, string>>): void
  /** Before a sleep: every connection is dropped, until a poke or a kick. */
  suspend(): void
  /** Every connection is seen to be alive; the first after a sleep starts a server again that was given up. */
  probe(isFirst: boolean): void
  /** Asks it to stop, and makes it stop 2 s later. */
  close(): Promise<void>
}

const STOP_MS = 2_000

export function createServerProcess(deps: ServerProcessDeps): ServerProcess {
  const { fork, log, now, schedule, newToken, onState, openSignIn, keepTokens } = deps
  const tries = new Map<number, { readonly onStep: (step: TryStep) => void; readonly answer: (tried: Tried) => void }>()
  const finds = new Map<number, (discovery: Discovery | null) => void>()
  let state: ServerState = { phase: 'starting' }
  let sources: WorkerSources = { accounts: [], demo: false }
  let proxies: Readonly<Record<string, string>> = {}
  let worker: Worker | null = null
  let exited: Promise<void> = Promise.resolve()
  let endedAtMs: number[] = []
  let lastWord = ''
  let nextId = 0
  let cancelRestart: (() => void) | null = null
  let closing = false

  function show(next: ServerState): void {
    state = next
    onState(next)
  }

  function run(): void {
    cancelRestart = null
    show({ phase: 'starting' })
    const token = newToken()
    const mine = fork()
    const { promise, resolve } = Promise.withResolvers<void>()
    worker = mine
    exited = promise
    mine.stdout?.on('data', (text) => log.raw(String(text)))
    mine.stderr?.on('data', (text) => log.raw(String(text)))
    mine.on('message', (event) => {
      if (worker === mine) hear(event, token)
    })
    mine.on('exit', (code) => {
      resolve()
      if (worker !== mine) return
      worker = null
      if (!closing) ended(code)
    })
    if (Object.keys(proxies).length > 0) mine.postMessage({ type: 'proxies', proxies })
    mine.postMessage({ type: 'start', token, sources })
  }

  function hear(event: WorkerEvent, token: string): void {
    switch (event.type) {
      case 'listening':
        log.info({ url: event.url }, 'the server listens')
        return show({ phase: 'listening', url: event.url, token, dataDir: event.dataDir })
      case 'failed':
        lastWord = event.message
        return
      case 'try-step':
        return tries.get(event.id)?.onStep(event.step)
      case 'tried':
        tries.get(event.id)?.answer(event.error ? { kind: 'refused', ...event.error } : { kind: 'works' })
        tries.delete(event.id)
        return
      case 'found':
        finds.get(event.id)?.(event.discovery)
        finds.delete(event.id)
        return
      case 'open-sign-in':
        if (tries.has(event.id)) openSignIn(event.url).catch((error: unknown) => notOpened(event.id, error))
        return
      case 'store-tokens':
        void answerKeep(event.request, event.given)
    }
  }

  function notOpened(id: number, error: unknown): void {
    log.warn({ reason: String(error) }, 'the browser could not be opened for a sign-in')
    worker?.postMessage({ type: 'cancel', id })
  }

  async function answerKeep(keep: number, given: AccountTokens): Promise<void> {
    const asker = worker
    const isKept = await keepTokens(given).then(
      () => true,
      (error: unknown) => {
        log.error({ reason: String(error) }, 'the access to an account could not be kept')
        return false
      },
    )
    asker?.postMessage({ type: 'tokens-stored', request: keep, stored: isKept })
  }

  function ended(code: number): void {
    for (const { answer } of tries.values()) answer({ kind: 'unavailable' })
    for (const answer of finds.values()) answer(null)
    tries.clear()
    finds.clear()
    endedAtMs.push(now())
    const next = restartAfter(endedAtMs, now())
    log.warn({ code, next }, 'the server ended')
    if (next.kind === 'give-up') return show({ phase: 'down', detail: lastWord || `The server ended with code ${code}.` })
    cancelRestart = schedule(run, next.afterMs)
    show({ phase: 'starting' })
  }

  function kick(): void {
    if (closing) return
    if (worker) return worker.postMessage({ type: 'kick' })
    cancelRestart?.()
    endedAtMs = []
    lastWord = ''
    run()
  }

  return {
    get state() {
      return state
    },
    start(first) {
      sources = first
      run()
    },
    setSources(next) {
      sources = next
      worker?.postMessage({ type: 'set-sources', sources })
    },
    tryAccount(account, onStep) {
      // One that has only just been started hears it after its start.
      if (!worker) return Promise.resolve({ kind: 'unavailable' })
      const id = nextId++
      const { promise, resolve } = Promise.withResolvers<Tried>()
      tries.set(id, { onStep, answer: resolve })
      worker.postMessage({ type: 'try-account', id, account })
      return promise
    },
    cancelSignIn() {
      for (const id of tries.keys()) worker?.postMessage({ type: 'cancel', id })
    },
    findMailbox(address) {
      if (!worker) return Promise.resolve(null)
      const id = nextId++
      const { promise, resolve } = Promise.withResolvers<Discovery | null>()
      finds.set(id, resolve)
      worker.postMessage({ type: 'find-mailbox', id, address })
      return promise
    },
    kick,
    setProxies(next) {
      if (isDeepStrictEqual(next, proxies)) return
      proxies = next
      worker?.postMessage({ type: 'proxies', proxies })
    },
    suspend: () => worker?.postMessage({ type: 'suspend' }),
    probe(isFirst) {
      if (worker) worker.postMessage({ type: 'probe', isFirst })
      else if (isFirst) kick()
    },
    async close() {
      closing = true
      cancelRestart?.()
      worker?.postMessage({ type: 'shutdown' })
      if (await settlesWithin(exited, STOP_MS)) return
      log.warn({}, 'the server did not stop in time and is ended')
      worker?.kill()
      await settlesWithin(exited, STOP_MS)
    },
  }
}

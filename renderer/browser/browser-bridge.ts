/** The bridge of the page in a browser: the poll loop over the wire, what is kept in storage, and the state they come to. */
import type { LinkView, PollAnswer, PollLoop, PollLoopDeps, Transport } from '../../client/poll-loop.ts'
import { markAllReadOf } from '../../client/mark-all-read.ts'
import type { Bridge } from '../../common/protocol/bridge.ts'
import type { WindowState } from '../../common/protocol/window-state.ts'
import type { Outcome } from '../../common/protocol/outcome.ts'
import type { Language, SharedSettings } from '../../common/protocol/settings.ts'
import type { MessageRequest } from '../../common/protocol/bridge.ts'
import type { DemoAction, ServerInfo } from '../../common/protocol/wire.ts'
import { type BrowserStore, readSharedSettings } from './stored.ts'
import { keepToken } from './token.ts'
import { outcomeOf } from './outcome.ts'

/** The server of this page, asked with one token. */
export interface Wire {
  readonly transport: Transport
  /** Null where it could not be had. */
  readonly serverInfo: () => Promise<ServerInfo | null>
  readonly changeDemo: (action: DemoAction) => Promise<Outcome>
  readonly actOnMessage: (request: MessageRequest) => Promise<Outcome>
  /** All unread mails of the account. */
  readonly markAllRead: (account: string) => Promise<Outcome>
}

export interface BrowserBridgeDeps {
  readonly token: string | null
  readonly kept: BrowserStore
  readonly connect: (token: string) => Wire
  /** The loop of this tab, or its part in the one that all tabs of this token share. */
  readonly openLoop: (deps: PollLoopDeps) => PollLoop
  readonly systemLanguage: () => Language
  /** Asks the person whether notifications may be shown. Called only on a click. */
  readonly askPermission: () => Promise<boolean>
  readonly mayNotify: () => boolean
  /** Told of every view: for title, icon and notifications. */
  readonly onView: (view: LinkView, state: WindowState) => void
}

export interface BrowserBridge extends Bridge {
  /** The page came back, or the network did: ask now. */
  kick(): void
  /** Gives the poll up, until `resume`. */
  pause(): void
  resume(): void
  /** Uses a token that came with the address, or that another tab has taken; null signs out. */
  useToken(token: string | null): void
  /** Reads again what another tab has chosen. */
  rereadPreferences(): void
}

const OK: Outcome = { ok: true }
const NOT_HERE = { ok: false, code: 'unavailable' } as const
const SIGNED_OUT: LinkView = { link: { phase: 'signed-out', message: '' }, accounts: null }
const SERVER_ID = 'page'

/** What the first answer to a new token means for whoever typed it. */
function signInOutcome(answer: PollAnswer): Outcome {
  if (answer.kind === 'signed-out') return { ok: false, code: 'unauthorized', field: 'token', detail: answer.message }
  if (answer.kind === 'failed') return outcomeOf(answer.problem)
  return OK
}

export function createBrowserBridge(deps: BrowserBridgeDeps): BrowserBridge {
  const { kept, connect, openLoop, systemLanguage, askPermission, mayNotify, onView } = deps
  const listeners = new Set<(state: WindowState) => void>()
  let preferences = readSharedSettings(kept.read('preferences'))
  let view = SIGNED_OUT
  let info: ServerInfo | null = null
  let session: { readonly wire: Wire; readonly loop: PollLoop } | null = null

  const state = (): WindowState => ({
    servers: [{ id: SERVER_ID, kind: 'local', label: null, link: view.link, accounts: view.accounts, demo: info?.demo ?? false }],
    sharedSettings: { ...preferences, notifications: preferences.notifications && mayNotify() },
    language: preferences.language === 'system' ? systemLanguage() : preferences.language,
    notices: [],
    version: info?.version ?? '',
    desktop: null,
  })

  function tell(): void {
    const now = state()
    onView(view, now)
    for (const listener of listeners) listener(now)
  }

  /** The server may be another one after an outage, so it is asked again whenever the link comes to live. */
  async function learn(wire: Wire): Promise<void> {
    const learnt = await wire.serverInfo()
    if (learnt === null || session?.wire !== wire) return
    info = learnt
    tell()
  }

  function leave(): void {
    const left = session
    session = null
    left?.loop.stop()
  }

  function begin(token: string): void {
    leave()
    const wire = connect(token)
    const loop = openLoop({
      transport: wire.transport,
      now: () => Date.now(),
      schedule(callback, ms) {
        const timer = setTimeout(callback, ms)
        return () => clearTimeout(timer)
      },
      random: Math.random,
      onView(next) {
        if (session?.loop !== loop) return
        const cameAlive = next.link.phase === 'live' && view.link.phase !== 'live'
        // A refused token shows nobody's mail any longer.
        view = next.link.phase === 'signed-out' ? { link: next.link, accounts: null } : next
        tell()
        if (cameAlive) void learn(wire)
      },
    })
    session = { wire, loop }
    loop.start()
  }

  function end(): void {
    leave()
    info = null
    view = SIGNED_OUT
    keepToken(kept, null)
    tell()
  }

  if (deps.token !== null) begin(deps.token)

  return {
    desktop: null,
    readState: async () => state(),
    onState(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async checkNow() {
      session?.loop.kick()
      return OK
    },
    async connectServer({ token }) {
      const answer = await connect(token).transport({ tag: null, waitSeconds: 0, signal: new AbortController().signal })
      const outcome = signInOutcome(answer)
      if (outcome.ok) {
        keepToken(kept, token)
        begin(token)
      }
      return outcome
    },
    async disconnectServer() {
      end()
      return OK
    },
    changeDemo: async (action) => session?.wire.changeDemo(action) ?? NOT_HERE,
    actOnMessage: async ({ account, message, action }) => session?.wire.actOnMessage({ account, message, action }) ?? NOT_HERE,
    async markAllRead(of) {
      const wire = session?.wire
      if (!wire) return NOT_HERE
      return await markAllReadOf(
        of,
        () => state().servers,
        ({ account }) => wire.markAllRead(account),
      )
    },
    async updateSharedSettings(change: Partial<SharedSettings>) {
      if (change.notifications === true && !(await askPermission())) return { ok: false, code: 'unavailable', field: 'notifications' }
      preferences = { ...preferences, ...change }
      kept.write('preferences', JSON.stringify(preferences))
      tell()
      return OK
    },
    kick: () => session?.loop.kick(),
    pause: () => session?.loop.stop(),
    resume: () => session?.loop.start(),
    useToken(token) {
      if (token === null) return end()
      keepToken(kept, token)
      begin(token)
    },
    rereadPreferences() {
      preferences = readSharedSettings(kept.read('preferences'))
      tell()
    },
  }
}

/** The bridge of the page in a browser: its state comes from the poll loop and from the browser's storage. */
import { systemClock } from '../../client/clock.ts'
import type { LinkView, PollAnswer, PollLoop, PollLoopDeps, Transport } from '../../client/poll-loop.ts'
import { markAllReadOf } from '../../client/mark-all-read.ts'
import type { Bridge, MessageRequest } from '../../common/protocol/bridge.ts'
import type { WindowState } from '../../common/protocol/window-state.ts'
import type { Outcome } from '../../common/protocol/outcome.ts'
import type { Language, SharedSettings } from '../../common/protocol/settings.ts'
import type { DemoAction, ServerInfo } from '../../common/protocol/wire.ts'
import { type BrowserStore, readSharedSettings } from './stored.ts'
import { keepToken } from './token.ts'
import { outcomeOf } from './outcome.ts'

/** The server of this page, called with one token. */
export interface Wire {
  readonly transport: Transport
  /** Null where it is not available. */
  readonly serverInfo: () => Promise<ServerInfo | null>
  readonly changeDemo: (action: DemoAction) => Promise<Outcome>
  readonly actOnMessage: (request: MessageRequest) => Promise<Outcome>
  readonly markAllRead: (account: string) => Promise<Outcome>
}

export interface BrowserBridgeDeps {
  readonly token: string | null
  readonly store: BrowserStore
  readonly connect: (token: string) => Wire
  /** The loop of this tab, or the tab's part in the loop that all tabs of this token share. */
  readonly openLoop: (deps: PollLoopDeps) => PollLoop
  readonly systemLanguage: () => Language
  /** Asks for the permission to show notifications. Called only on a click. */
  readonly askPermission: () => Promise<boolean>
  readonly mayNotify: () => boolean
  /** For title, icon and notifications. */
  readonly onView: (view: LinkView, state: WindowState) => void
}

export interface BrowserBridge extends Bridge {
  /** The page or the network is back: polls now. */
  kick(): void
  /** Ends the poll until `resume`. */
  pause(): void
  resume(): void
  /** From the address, or from another tab; null signs out. */
  useToken(token: string | null): void
  /** Another tab has changed the settings. */
  rereadSettings(): void
}

const OK: Outcome = { ok: true }
const NOT_HERE = { ok: false, code: 'unavailable' } as const
const SIGNED_OUT: LinkView = { link: { phase: 'signed-out', message: '' }, accounts: null }
const SERVER_ID = 'page'

/** What the first answer to a new token means for the sign-in form. */
function signInOutcome(answer: PollAnswer): Outcome {
  if (answer.kind === 'signed-out') return { ok: false, code: 'unauthorized', field: 'token', detail: answer.message }
  if (answer.kind === 'failed') return outcomeOf(answer.problem)
  return OK
}

export function createBrowserBridge(deps: BrowserBridgeDeps): BrowserBridge {
  const { store, connect, openLoop, systemLanguage, askPermission, mayNotify, onView } = deps
  const listeners = new Set<(state: WindowState) => void>()
  let settings = readSharedSettings(store.read('preferences'))
  let view = SIGNED_OUT
  let info: ServerInfo | null = null
  let session: { readonly wire: Wire; readonly loop: PollLoop } | null = null

  const state = (): WindowState => ({
    servers: [{ id: SERVER_ID, kind: 'local', label: null, link: view.link, accounts: view.accounts, demo: info?.demo ?? false }],
    sharedSettings: { ...settings, notifications: settings.notifications && mayNotify() },
    language: settings.language === 'system' ? systemLanguage() : settings.language,
    notices: [],
    version: info?.version ?? '',
    desktop: null,
  })

  function publish(): void {
    const now = state()
    onView(view, now)
    for (const listener of listeners) listener(now)
  }

  /** The server may be another one after an outage, so this follows each new connection. */
  async function readInfo(wire: Wire): Promise<void> {
    const read = await wire.serverInfo()
    if (read === null || session?.wire !== wire) return
    info = read
    publish()
  }

  function endSession(): void {
    const ended = session
    session = null
    ended?.loop.stop()
  }

  function begin(token: string): void {
    endSession()
    const wire = connect(token)
    const loop = openLoop({
      ...systemClock,
      transport: wire.transport,
      onView(next) {
        if (session?.loop !== loop) return
        const isBack = next.link.phase === 'live' && view.link.phase !== 'live'
        // A refused token no longer shows anything.
        view = next.link.phase === 'signed-out' ? { link: next.link, accounts: null } : next
        publish()
        if (isBack) void readInfo(wire)
      },
    })
    session = { wire, loop }
    loop.start()
  }

  function end(): void {
    endSession()
    info = null
    view = SIGNED_OUT
    keepToken(store, null)
    publish()
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
        keepToken(store, token)
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
      settings = { ...settings, ...change }
      store.write('preferences', JSON.stringify(settings))
      publish()
      return OK
    },
    kick: () => session?.loop.kick(),
    pause: () => session?.loop.stop(),
    resume: () => session?.loop.start(),
    useToken(token) {
      if (token === null) return end()
      keepToken(store, token)
      begin(token)
    },
    rereadSettings() {
      settings = readSharedSettings(store.read('preferences'))
      publish()
    },
  }
}

/** The bridge of the page in a browser: its state comes from the poll loop and from the browser's storage. */
import { systemClock } from '../../client/clock.ts'
import { createCheckNow } from '../../client/check-now.ts'
import type { LinkView, PollLoop, PollLoopDeps } from '../../client/poll-loop.ts'
import { markAllReadOf } from '../../client/mark-all-read.ts'
import type { Bridge } from '../../common/protocol/bridge.ts'
import type { WindowState } from '../../common/protocol/window-state.ts'
import { DONE, UNAVAILABLE } from '../../common/protocol/outcome.ts'
import type { SharedSettings } from '../../common/protocol/settings.ts'
import type { ServerInfo } from '../../common/protocol/wire.ts'
import { createPageManage } from './manage.ts'
import { createOpenTry } from './open-try.ts'
import { pageStateOf, SIGNED_OUT } from './page-state.ts'
import { type BrowserStore, readSharedSettings, SETTINGS } from './stored.ts'
import { createPageReader } from './reader-settings.ts'
import { createSignIn, type SignInDeps } from './sign-in.ts'
import { keepToken, storedToken } from './token.ts'
import type { Wire } from './wire.ts'

interface BrowserBridgeDeps {
  readonly store: BrowserStore
  /** Ends with the tab. */
  readonly tab: BrowserStore
  readonly connect: (token: string) => Wire
  /** What signing in asks the server. */
  readonly server: Pick<SignInDeps, 'redeem' | 'tryToken' | 'identify'>
  /** The loop of this tab, or the tab's part in the loop that all tabs of this token share. */
  readonly openLoop: (deps: PollLoopDeps) => PollLoop
  /** Requests the permission to show notifications; only after a click. */
  readonly askPermission: () => Promise<boolean>
  /** For title, icon and notifications. */
  readonly onView: (view: LinkView, state: WindowState) => void
}

/** Before a poll for a sign-in that is tried is repeated. */
const RETRY_MS = 1_000

const idsOf = (accounts: LinkView['accounts']): string => JSON.stringify(accounts?.map(({ id }) => id))

export function createBrowserBridge(deps: BrowserBridgeDeps) {
  const { store, connect, openLoop, askPermission, onView } = deps
  const listeners = new Set<(state: WindowState) => void>()
  let settings = readSharedSettings(store)
  let view = SIGNED_OUT
  let info: ServerInfo | null = null
  let session: { readonly wire: Wire; readonly loop: PollLoop } | null = null

  const state = (): WindowState =>
    pageStateOf({
      view,
      settings,
      readerSettings: reader.current,
      info,
      check: checkNow.view,
      signInLink: signIn.view,
      store,
      manage: manage.view,
    })

  const reader = createPageReader({
    store,
    clock: { now: systemClock.wallClock, schedule: systemClock.schedule },
    onChange: () => publish(),
  })

  function publish(): void {
    const now = state()
    onView(view, now)
    for (const listener of listeners) listener(now)
  }

  /** The server may be another one after an outage, so this follows each new connection. */
  async function readInfo(wire: Wire): Promise<void> {
    const result = await wire.readServerInfo()
    if (!result.ok || session?.wire !== wire) return
    info = result.value
    if (info.scopes?.includes('manage')) void manage.refresh()
    else manage.end()
    publish()
  }

  const manage = createPageManage(
    createOpenTry(deps.tab),
    () => session?.wire.manage ?? null,
    publish,
    () => new Promise((resolve) => systemClock.schedule(resolve, RETRY_MS)),
  )

  const checkNow = createCheckNow({
    ...systemClock,
    async run() {
      const rejected = view.link.phase === 'signed-out' ? storedToken(store) : null
      // The server may accept it again, once its config is corrected. Until then the form stays, with what is typed into it.
      if (rejected !== null && !(await deps.server.tryToken(rejected)).ok) return false
      session?.loop.start()
      return (await session?.loop.check()) ?? false
    },
    onChange: publish,
  })

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
        const accountsBefore = view.accounts
        // A refused token no longer shows anything.
        if (next.link.phase === 'signed-out') manage.end()
        view = next.link.phase === 'signed-out' ? { link: next.link, accounts: null } : next
        publish()
        // With other accounts, the demo may be over, and others can be changed.
        if (isBack || idsOf(accountsBefore) !== idsOf(view.accounts)) void readInfo(wire)
      },
    })
    session = { wire, loop }
    loop.start()
  }

  /** From the sign-in form, the address, or another tab; null signs out. */
  function useToken(token: string | null): void {
    keepToken(store, token)
    manage.end()
    if (token !== null) return begin(token)
    endSession()
    info = null
    view = SIGNED_OUT
    publish()
  }

  const signIn = createSignIn({
    ...deps.server,
    storedToken: () => storedToken(store),
    useToken(token) {
      const isInUse = session !== null && token === storedToken(store) && view.link.phase !== 'signed-out'
      if (!isInUse) useToken(token)
    },
    onChange: publish,
  })
  const token = storedToken(store)
  if (token !== null) begin(token)

  return {
    desktop: null,
    page: { ...signIn.requests, sendRedirectAddress: manage.sendRedirectAddress, resumeTry: manage.resumeTry },
    readState: async () => state(),
    onState(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async checkNow() {
      checkNow.start()
      return DONE
    },
    connectServer: signIn.signIn,
    async disconnectServer() {
      useToken(null)
      return DONE
    },
    changeDemo: async (action) => session?.wire.changeDemo(action) ?? UNAVAILABLE,
    actOnMessage: async ({ account, message, action }) => session?.wire.actOnMessage({ account, message, action }) ?? UNAVAILABLE,
    readHistory: async () => session?.wire.readHistory() ?? UNAVAILABLE,
    async markAllRead(of) {
      const wire = session?.wire
      if (!wire) return UNAVAILABLE
      return await markAllReadOf(
        () => state().servers,
        of,
        ({ account }) => wire.markAllRead(account),
      )
    },
    async updateSharedSettings(change: Partial<SharedSettings>) {
      if (change.notifications === true && !(await askPermission())) return { ok: false, code: 'unavailable', field: 'notifications' }
      settings = { ...settings, ...change }
      store.write(SETTINGS, JSON.stringify(settings))
      publish()
      return DONE
    },
    async updateReaderSettings(change) {
      reader.update(change)
      return DONE
    },
    async mute(form) {
      reader.mute(form)
      return DONE
    },
    ...manage.requests,
    /** The page or the network is back: polls now. */
    kick: () => session?.loop.kick(),
    /** Ends the poll until `resume`. */
    pause: () => session?.loop.stop(),
    resume: () => session?.loop.start(),
    useToken,
    openLink: signIn.open,
    /** Another tab has changed the settings. */
    rereadSettings() {
      settings = readSharedSettings(store)
      publish()
    },
    rereadReaderSettings: reader.reread,
    /** A time has come that changes what is shown. */
    republish: publish,
  } satisfies Bridge & Record<string, unknown>
}

/** Composes the page's side in a browser: wire, tab and notifications around the bridge. Loaded beside the first paint. */
import './no-eval.ts'
import { namesOf } from '../../common/model/account-names.ts'
import { createPollLoop, type PollLoop, type PollLoopDeps } from '../../client/poll-loop.ts'
import type { Bridge } from '../../common/protocol/bridge.ts'
import type { WindowState } from '../../common/protocol/window-state.ts'
import { silenceEndMs } from '../../common/model/silence/silence.ts'
import { systemClock } from '../../client/clock.ts'
import { NAMES_MS } from '../../common/model/new-messages.ts'
import { summaryOf } from '../view/summary.ts'
import { tabOf, titleOf } from '../view/tab.ts'
import { createWords } from '../../common/words/words.ts'
import { showBadge } from './badge.ts'
import { createBrowserBridge } from './browser-bridge.ts'
import { type BrowserStore, createBrowserStore, SETTINGS, watchBrowserStore } from './stored.ts'
import { addressOf, askPermission, show, textOf } from './notify.ts'
import { findArrivals, type Found, type PageMemory } from './new-messages.ts'
import { paintTabIcon } from './tab-icon.ts'
import { READER_SETTINGS } from './reader-settings.ts'
import { createSharedLoop, type SharedLoop } from './shared-loop.ts'
import { offerInstall, registerShellWorker } from './shell-worker.ts'
import { PAGE_SERVER } from './page-state.ts'
import { type Silenced, withSilence } from './silenced.ts'
import { openTabs } from './tabs.ts'
import { sessionOf, takeCredential } from './token.ts'
import { connectSignIn, connectWire } from './wire.ts'

/** A page that was hidden for longer may have slept through the end of its connection. */
const ASLEEP_MS = 60_000

/** @param base the address of the page's folder */
export function openBrowserBridge(base: URL, store: BrowserStore): Bridge {
  const canvas = document.createElement('canvas')
  const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]')
  let shownTab = ''
  let memory: PageMemory = new Map()
  let last: readonly [Found, WindowState] | null = null
  let waiting: number | undefined
  let silenced: Silenced = new Map()
  let cancelSilenceEnd: (() => void) | null = null

  function notify(found: Found, { language, sharedSettings, readerSettings, servers }: WindowState): void {
    window.clearTimeout(waiting)
    waiting = undefined
    memory = found.memory
    const nowMs = Date.now()
    const accounts = servers[0]?.accounts ?? []
    const { silenced: next, due } = withSilence(silenced, found.arrivals, {
      accounts,
      settings: readerSettings,
      server: PAGE_SERVER,
      nowMs,
    })
    silenced = next
    cancelSilenceEnd?.()
    const endMs = silenced.size > 0 ? silenceEndMs(readerSettings, nowMs) : Number.POSITIVE_INFINITY
    cancelSilenceEnd = Number.isFinite(endMs) ? systemClock.schedule(bridge.republish, endMs - nowMs) : null
    // Every tab remembers what is new, so that the one that polls next repeats nothing; only the polling tab notifies.
    if (due.length === 0 || !sharedSettings.notifications || shared?.polls === false) return
    const text = textOf(due, sharedSettings.notificationText, createWords(language, navigator.languages), namesOf(servers))
    show(text, addressOf(due), base, worker)
  }

  const worker = registerShellWorker(base)
  offerInstall(document, base)
  let shared: SharedLoop | null = null

  /** The tab's part in the poll that all tabs of this token share, if the browser supports that. */
  function openLoop(deps: PollLoopDeps): PollLoop {
    const tabs = openTabs(`mailbell ${base.pathname} ${sessionOf(store)}`)
    shared = tabs && createSharedLoop({ ...tabs, createLoop: (onView) => createPollLoop({ ...deps, onView }), onView: deps.onView })
    return shared ?? createPollLoop(deps)
  }

  const bridge = createBrowserBridge({
    store,
    tab: createBrowserStore(base.pathname, () => window.sessionStorage),
    openLoop,
    connect: (token) => connectWire(base.href, token),
    server: connectSignIn(base.href),
    askPermission,
    onView(view, state) {
      const summary = summaryOf(state)
      const tab = tabOf(summary)
      if (JSON.stringify(tab) !== shownTab) {
        shownTab = JSON.stringify(tab)
        document.title = titleOf(tab)
        void showBadge(summary.unread, navigator)
        const painted = paintTabIcon(canvas, tab)
        if (icon && painted !== null) {
          icon.type = 'image/png'
          icon.href = painted
        }
      }
      if (view.link.phase === 'signed-out') {
        memory = new Map()
        silenced = new Map()
      }
      const found = findArrivals(memory, view, performance.now())
      last = [found, state]
      if (!found.awaitsNames) notify(found, state)
      else waiting ??= window.setTimeout(() => last && notify(...last), NAMES_MS)
    },
  })

  function followLink(): void {
    const credential = takeCredential(window)
    if (credential !== null) bridge.openLink(credential)
  }
  followLink()

  let hiddenAtMs: number | null = null
  document.addEventListener('visibilitychange', () => {
    // The wall clock: a monotonic one may stand still while the machine sleeps. One that was set back counts as a sleep.
    const asleepMs = hiddenAtMs === null ? 0 : Math.abs(Date.now() - hiddenAtMs)
    hiddenAtMs = document.visibilityState === 'hidden' ? Date.now() : null
    if (hiddenAtMs === null && asleepMs > ASLEEP_MS) bridge.kick()
  })
  window.addEventListener('online', () => bridge.kick())
  // A page in the back/forward cache must hold no request; it comes back with its state.
  window.addEventListener('pagehide', () => bridge.pause())
  window.addEventListener('pageshow', (event) => event.persisted && bridge.resume())
  // A frozen page must hold none either: another tab takes over (Page Lifecycle, WICG).
  document.addEventListener('freeze', () => bridge.pause())
  document.addEventListener('resume', () => bridge.resume())
  window.addEventListener('hashchange', followLink)
  // Another tab stores another token, or signs out (null).
  watchBrowserStore(store, 'token', window, bridge.useToken)
  watchBrowserStore(store, SETTINGS, window, bridge.rereadSettings)
  watchBrowserStore(store, READER_SETTINGS, window, bridge.rereadReaderSettings)
  return bridge
}

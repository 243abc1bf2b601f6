/**
 * The tiny window: made when it is first wanted, hidden rather than closed, so that it opens at once the next time, and
 * let go when nobody has wanted it for a while, so that an idle Mailbell is small.
 */
import { BrowserWindow, type Rectangle, screen } from 'electron'
import { fileURLToPath } from 'node:url'
import { PAGE_URL } from './app-protocol.ts'
import { schedule } from '../system/clock.ts'
import { hidesOnBlur, DESTROY_AFTER_MS } from './hiding.ts'
import { STATE_CHANNEL } from '../../common/protocol/bridge.ts'
import type { WindowState } from '../../common/protocol/window-state.ts'
import { restartAfter } from '../servers/restart-policy.ts'
import { placeWindow, WINDOW_SIZE } from './placement.ts'
import { WEB_PREFERENCES } from './security/web-preferences.ts'

export interface AppWindow {
  /** The window while there is one: for what the system shows on it. */
  readonly browserWindow: BrowserWindow | null
  /** Shows it, and gives it the keyboard. */
  open(): void
  /** Makes it, for it may be wanted in a moment; it goes again if it is not. */
  preload(): void
  hide(): void
  /** Something is typed in it, which would be lost with it. */
  setHasDraft(isTyped: boolean): void
  /** Tells the page the state; a window that is not there yet asks for it itself. */
  send(state: WindowState): void
  /** From now on closing closes. */
  close(): void
}

export interface WindowDeps {
  /** Where the tray's icon is, or null where the system does not tell. */
  readonly trayBounds: () => Rectangle | null
  /** A dialog of ours stands before it. */
  readonly hasDialog: () => boolean
  /** What it shows until its page is painted: the page's own ground. */
  readonly background: () => string
  /** Each time that it is shown, for what the system then shows anew. */
  readonly onShown: (window: BrowserWindow) => void
  /** Its page has crashed. */
  readonly onCrash: (detail: string) => void
  readonly onFailure: (detail: string) => void
}

const PRELOAD_PATH = fileURLToPath(new URL('../preload.cjs', import.meta.url))

export function createWindow(deps: WindowDeps): AppWindow {
  const { trayBounds, hasDialog, background, onShown, onCrash, onFailure } = deps
  let window: BrowserWindow | null = null
  let closing = false
  let hasDraft = false
  let visibleSinceMs = 0
  let crashedAtMs: number[] = []
  let cancelDestroy: (() => void) | null = null

  function create(): BrowserWindow {
    const created = new BrowserWindow({
      ...WINDOW_SIZE,
      title: 'Mailbell',
      show: false,
      resizable: true,
      minWidth: 320,
      minHeight: 400,
      maximizable: false,
      fullscreenable: false,
      autoHideMenuBar: true,
      backgroundColor: background(),
      webPreferences: { ...WEB_PREFERENCES, preload: PRELOAD_PATH },
    })
    hasDraft = false
    created.on('show', () => {
      cancelDestroy?.()
      visibleSinceMs = performance.now()
      onShown(created)
    })
    created.on('hide', destroyLater)
    created.on('blur', () => {
      if (closing || !created.isVisible()) return
      const hasCompanion = hasDialog() || created.webContents.isDevToolsOpened()
      const desktop = process.env['XDG_CURRENT_DESKTOP'] ?? ''
      const blurred = {
        platform: process.platform,
        desktop,
        hasDraft,
        hasDialog: hasCompanion,
        shownForMs: performance.now() - visibleSinceMs,
      }
      if (hidesOnBlur(blurred)) created.hide()
    })
    created.on('close', (event) => {
      if (closing) return
      event.preventDefault()
      created.hide()
    })
    created.on('closed', () => {
      cancelDestroy?.()
      window = null
    })
    created.webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason === 'clean-exit') return
      const wasVisible = created.isVisible()
      created.destroy()
      onPageCrash(`The window's page ended: ${reason}.`, wasVisible)
    })
    created.loadURL(PAGE_URL).catch((error: unknown) => {
      if (!created.isDestroyed()) onFailure(`The window's page cannot be loaded: ${String(error)}`)
    })
    return created
  }

  /** Made anew at once where somebody looked at it, unless it keeps crashing: then when it is wanted the next time. */
  function onPageCrash(detail: string, wasVisible: boolean): void {
    onCrash(detail)
    const nowMs = performance.now()
    crashedAtMs = [...crashedAtMs, nowMs]
    if (wasVisible && !closing && restartAfter(crashedAtMs, nowMs).kind === 'restart') open()
  }

  function destroyLater(): void {
    cancelDestroy?.()
    if (!hasDraft) cancelDestroy = schedule(() => window?.destroy(), DESTROY_AFTER_MS)
  }

  function open(): void {
    window ??= create()
    const bounds = trayBounds()
    const near = bounds ?? screen.getCursorScreenPoint()
    if (!window.isVisible()) window.setBounds(placeWindow(bounds, screen.getDisplayNearestPoint(near).workArea))
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  }

  return {
    get browserWindow() {
      return window
    },
    open,
    preload() {
      if (window || closing) return
      window = create()
      destroyLater()
    },
    hide: () => window?.hide(),
    setHasDraft(isTyped) {
      hasDraft = isTyped
      if (window?.isVisible() === false) destroyLater()
    },
    send: (state) => window?.webContents.send(STATE_CHANNEL, state),
    close() {
      closing = true
      window?.close()
    },
  }
}

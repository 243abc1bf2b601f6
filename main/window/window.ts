/**
 * The tiny window: created when first needed, hidden rather than closed, so that it opens at once the next time, and destroyed
 * when it has been hidden for a while, so that an idle Mailbell is small.
 */
import { BrowserWindow, type NativeImage, type Rectangle, screen } from 'electron'
import { PAGE_URL } from './app-protocol.ts'
import { PRELOAD_PATH } from '../system/built-files.ts'
import { schedule } from '../../client/clock.ts'
import { hidesOnBlur, DESTROY_AFTER_MS } from './hiding.ts'
import { STATE_CHANNEL } from '../../common/protocol/bridge.ts'
import type { WindowState } from '../../common/protocol/window-state.ts'
import { restartAfter } from '../servers/restart-policy.ts'
import { placeWindow, WINDOW_SIZE } from './placement.ts'
import { WEB_PREFERENCES } from './web-preferences.ts'

export type AppWindow = ReturnType<typeof createWindow>

export interface WindowDeps {
  /** On Linux, where no program file brings one. */
  readonly icon: () => NativeImage
  /** Null if the system does not report where the tray icon is. */
  readonly trayBounds: () => Rectangle | null
  /** No panel is known to show the icon: the window is then minimised instead of hidden, so that the user finds it again. */
  readonly isTrayMissing: () => boolean
  /** One of the app's dialogs is open. */
  readonly hasDialog: () => boolean
  /** A CSS colour, shown until the page is painted. */
  readonly background: () => string
  readonly onShow: (window: BrowserWindow) => void
  /** Hidden or minimised. */
  readonly onHide: () => void
  readonly onDestroy: () => void
  readonly onCrash: (detail: string) => void
  readonly onError: (detail: string) => void
}

export function createWindow(deps: WindowDeps) {
  const { icon, trayBounds, isTrayMissing, hasDialog, background, onShow, onHide, onDestroy, onCrash, onError } = deps
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
      ...(process.platform === 'linux' && { icon: icon() }),
      webPreferences: { ...WEB_PREFERENCES, preload: PRELOAD_PATH },
    })
    hasDraft = false
    const appear = (): void => {
      cancelDestroy?.()
      // Linux and Windows also report a window that is shown minimised.
      if (created.isMinimized()) return
      visibleSinceMs = performance.now()
      onShow(created)
    }
    created.on('show', appear)
    created.on('restore', appear)
    created.on('minimize', onHide)
    created.on('hide', () => {
      // macOS also reports a window that another one covers.
      if (created.isVisible()) return
      onHide()
      destroyLater()
    })
    created.on('blur', () => {
      if (closing || !created.isVisible()) return
      const { platform, env } = process
      const blurred = {
        isTrayMissing: isTrayMissing(),
        hasDraft,
        hasDialog: hasDialog() || created.webContents.isDevToolsOpened(),
        shownForMs: performance.now() - visibleSinceMs,
      }
      if (hidesOnBlur({ platform, desktop: env['XDG_CURRENT_DESKTOP'] ?? '', ...blurred })) created.hide()
    })
    created.on('close', (event) => {
      if (closing) return
      event.preventDefault()
      putAway(created)
    })
    created.on('closed', () => {
      cancelDestroy?.()
      window = null
      onDestroy()
    })
    created.webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason === 'clean-exit') return
      const wasVisible = created.isVisible()
      created.destroy()
      onPageCrash(`The window's page crashed: ${reason}.`, wasVisible)
    })
    created.loadURL(PAGE_URL).catch((error: unknown) => {
      if (!created.isDestroyed()) onError(`Cannot load the window's page: ${String(error)}`)
    })
    return created
  }

  /** Reopens a window that was visible, unless it keeps crashing. */
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

  const putAway = (shown: BrowserWindow): void => (isTrayMissing() ? shown.minimize() : shown.hide())

  function place(shown: BrowserWindow): void {
    const bounds = trayBounds()
    const near = bounds ?? screen.getCursorScreenPoint()
    shown.setBounds(placeWindow(bounds, screen.getDisplayNearestPoint(near).workArea))
  }

  /** Shows it, with the keyboard focus. */
  function open(): void {
    window ??= create()
    if (!window.isVisible()) place(window)
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  }

  return {
    /** Null while there is none. */
    get browserWindow(): BrowserWindow | null {
      return window
    },
    open,
    /** Creates it hidden, since a click may follow; it is destroyed again if none does. */
    preload(): void {
      if (window || closing) return
      window = create()
      destroyLater()
    },
    toggle: (): void => (window?.isVisible() && !window.isMinimized() ? putAway(window) : open()),
    hide: (): void => void (window && putAway(window)),
    /** Without a tray the app has at least a minimised window, which is hidden once there is a tray. */
    followTray(isMissing: boolean): void {
      if (closing) return
      if (!isMissing && window?.isMinimized()) window.hide()
      if (!isMissing || window?.isVisible()) return
      window ??= create()
      place(window)
      // Electron shows a hidden window minimised.
      window.minimize()
    },
    /** A window with a draft is not destroyed. */
    setHasDraft(isTyped: boolean): void {
      hasDraft = isTyped
      if (window?.isVisible() === false) destroyLater()
    },
    /** Sends the page the state; a new page requests it by itself. */
    send: (state: WindowState): void => window?.webContents.send(STATE_CHANNEL, state),
    /** Closes it instead of hiding it. */
    close(): void {
      closing = true
      window?.close()
    },
  }
}

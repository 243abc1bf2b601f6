/** The tiny window: made when it is first wanted, hidden rather than closed, so that it opens at once the next time. */
import { BrowserWindow, type Rectangle, screen } from 'electron'
import { fileURLToPath } from 'node:url'
import { PAGE_URL } from './app-protocol.ts'
import { STATE_CHANNEL, type WindowState } from './ipc.ts'
import { placeWindow, WINDOW_SIZE } from './window-place.ts'
import { WEB_PREFERENCES } from './security/web-preferences.ts'

export interface AppWindow {
  /** The window while there is one: for what the system shows on it. */
  readonly browserWindow: BrowserWindow | null
  /** Shows it, and gives it the keyboard. */
  open(): void
  hide(): void
  /** Tells the page the state; a window that is not there yet asks for it itself. */
  send(state: WindowState): void
  /** From now on closing closes. */
  close(): void
}

export interface WindowDeps {
  /** Where the tray's icon is, or null where the system does not tell. */
  readonly trayBounds: () => Rectangle | null
  /** Each time that it is shown, for what the system then shows anew. */
  readonly onShown: (window: BrowserWindow) => void
  readonly onFailure: (detail: string) => void
}

const PRELOAD_PATH = fileURLToPath(new URL('preload.cjs', import.meta.url))

export function createWindow({ trayBounds, onShown, onFailure }: WindowDeps): AppWindow {
  let window: BrowserWindow | null = null
  let closing = false

  function create(): BrowserWindow {
    const made = new BrowserWindow({
      ...WINDOW_SIZE,
      title: 'Mailbell',
      show: false,
      resizable: true,
      minWidth: 320,
      minHeight: 400,
      maximizable: false,
      fullscreenable: false,
      autoHideMenuBar: true,
      webPreferences: { ...WEB_PREFERENCES, preload: PRELOAD_PATH },
    })
    made.on('show', () => onShown(made))
    made.on('close', (event) => {
      if (closing) return
      event.preventDefault()
      made.hide()
    })
    made.on('closed', () => {
      window = null
    })
    // A page that crashed is made anew when it is wanted the next time.
    made.webContents.on('render-process-gone', (_event, { reason }) => {
      onFailure(`The window's page ended: ${reason}.`)
      made.destroy()
    })
    made.loadURL(PAGE_URL).catch((error: unknown) => onFailure(`The window's page cannot be loaded: ${String(error)}`))
    return made
  }

  return {
    get browserWindow() {
      return window
    },
    open() {
      window ??= create()
      const bounds = trayBounds()
      const near = bounds ?? screen.getCursorScreenPoint()
      if (!window.isVisible()) window.setBounds(placeWindow(bounds, screen.getDisplayNearestPoint(near).workArea))
      if (window.isMinimized()) window.restore()
      window.show()
      window.focus()
    },
    hide: () => window?.hide(),
    send: (state) => window?.webContents.send(STATE_CHANNEL, state),
    close() {
      closing = true
      window?.close()
    },
  }
}

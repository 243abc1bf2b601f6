/**
 * The stand-in of Electron's main-process API: what `main/` uses of it, checked by the compiler against
 * electron.d.ts, so that the compiled app runs unchanged under plain Node.
 *
 * Real here: the app's own code and its preload, the page in Chromium with the app's Content-Security-Policy, the
 * server in a child process, the files. Its limits:
 * - Chromium cannot be given a scheme of our own: `app://host/path` is shown to it as `https://host.app.test/path`,
 *   answered by the app's handler of `app://` and by nothing else.
 * - The preload runs in the page's own world, before the page; nothing is isolated or sandboxed by Electron here.
 *   That the window asks for isolation and sandbox is seen in the options it is made with.
 * - Permissions are asked of the app when a page is made, and granted to it then as the app says.
 * - Tray, notifications, badge, menus and the keyring remember what they are told; no desktop draws them.
 * - `will-redirect`, `will-frame-navigate` and `<webview>` never happen here.
 */
import { app } from './app.ts'
import { hostCalls } from './scenario.ts'
import {
  clipboard,
  copied,
  dialog,
  errorBoxes,
  globalShortcut,
  heldShortcuts,
  nativeTheme,
  openedFiles,
  openedLinks,
  powerMonitor,
  safeStorage,
  screen,
  shell,
} from './system.ts'
import {
  HostMenu as Menu,
  HostNotification as Notification,
  HostTray as Tray,
  nativeImage,
  notifications,
  shownNotification,
  shownTray,
  trays,
} from './tray.ts'
import { utilityProcess } from './server-child.ts'
import { HostWindow as BrowserWindow, ipcMain, protocol, session, shownWindows } from './window.ts'

hostCalls.shown = () => ({
  trays: Array.from(trays, shownTray),
  badge: app.badge,
  notifications: notifications.map(shownNotification),
  windows: shownWindows(),
  themeSource: nativeTheme.themeSource,
  errorBoxes,
  openedLinks,
  openedFiles,
  copied,
  shortcuts: heldShortcuts(),
  aboutPanels: app.abouts,
})

export {
  app,
  BrowserWindow,
  clipboard,
  dialog,
  globalShortcut,
  ipcMain,
  Menu,
  nativeImage,
  nativeTheme,
  Notification,
  powerMonitor,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  Tray,
  utilityProcess,
}
// electron-store takes Electron by its default export.
// oxlint-disable-next-line no-default-export
export default { app, ipcMain, shell }

/**
 * The stand-in of Electron's main-process API: what `main/` uses of it, checked by the compiler against
 * electron.d.ts, so that the compiled app runs unchanged under plain Node.
 *
 * Real here: the app's own code and its preload, the page in Chromium with the app's Content-Security-Policy, the
 * server in a child process, the files. Its limits:
 * - Chromium supports no custom scheme: `app://host/path` is shown to it as `https://host.app.test/path`,
 *   answered only by the app's handler of `app://`.
 * - The preload runs in the page's own world, before the page; nothing is isolated or sandboxed by Electron here.
 *   The options of the window show that it requests isolation and sandbox.
 * - The app is queried for permissions when a page is created, and they are granted then.
 * - Tray, notifications, badge, menus and the keyring record their calls; no desktop draws them.
 * - `will-redirect`, `will-frame-navigate` and `<webview>` never happen here.
 */
import { app } from './app.ts'
import { screen } from './display.ts'
import { nativeImage } from './images.ts'
import { safeStorage } from './keyring.ts'
import { HostMenu as Menu, shownApplicationMenu } from './menu.ts'
import { HostNotification as Notification, notifications, shownNotification } from './notifications.ts'
import { loginItems } from './registry.ts'
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
  shell,
} from './system.ts'
import { HostTray as Tray, shownTrays } from './tray.ts'
import { utilityProcess } from './server-child.ts'
import { ipcMain, protocol, session } from './ipc.ts'
import { HostWindow as BrowserWindow, shownWindows } from './window.ts'

hostCalls.shown = () => ({
  trays: shownTrays(),
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
  loginItems: loginItems(),
  applicationMenu: shownApplicationMenu(),
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
// electron-store imports Electron's default export.
// oxlint-disable-next-line no-default-export
export default { app, ipcMain, shell }

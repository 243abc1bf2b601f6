/**
 * The stand-in of Electron's main-process API: what `main/` uses of it, checked by the compiler against
 * electron.d.ts, so that the compiled app runs unchanged under plain Node.
 *
 * Real here: the app's own code and its preload, the page in Chromium with the app's Content-Security-Policy, the
 * server in a child process, the files. It plays Linux, Windows and macOS on any machine (scenario.ts lists what can go
 * wrong), and is as unkind as Electron where its source shows that. What it cannot play:
 * - Chromium supports no custom scheme: `app://host/path` is shown to it as `https://host.app.test/path`,
 *   answered only by the app's handler of `app://`.
 * - The preload runs in the page's own world, before the page; nothing is isolated or sandboxed by Electron here.
 *   The options of the window show that it requests isolation and sandbox.
 * - The app is queried for permissions when a page is created, and they are granted then.
 * - `will-redirect`, `will-frame-navigate` and `<webview>` never happen here.
 * - `process.platform` changes, and Node does not: paths have the machine's slashes, folders its modes, and native modules
 *   and programs are its own. A program that only another platform has is missing.
 * - Tray, notifications, badge and menus record their calls; no desktop draws them. The overflow of the Windows tray
 *   and its restart, the notification center with its limits, and "do not disturb" do not exist.
 * - Electron orders notifications by address; here the oldest of an id gets the event, which is the worst case.
 * - No garbage collection takes a notification or a tray that the app forgot.
 * - One display; a tray icon that never moves; a window manager without tiling, workspaces or its own placement.
 * - A package is no asar with fuses and integrity, no signature is checked, and no installer, updater or shortcut of the
 *   Start menu runs; the program `reg` only deletes a class of notifications. macOS' App Nap and Windows' efficiency mode do not slow the app.
 * - The session bus of Linux is a program `gdbus` that knows the panel with the tray and nothing else. There is no
 *   Secret Service or portal behind it: keyring.ts takes its place. Notifications are Electron's, in notifications.ts, unless a
 *   spec gives the app a real bus (platforms/session-bus.test.ts).
 */
import { app } from './app.ts'
import { screen } from './display.ts'
import { nativeImage } from './images.ts'
import { safeStorage } from './keyring.ts'
import { HostMenu as Menu, shownApplicationMenu } from './menu.ts'
import { HostNotification as Notification, notifications, shownNotification } from './notifications.ts'
import { loginItems, registered } from './registry.ts'
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
import { utilityProcess } from './process/server-child.ts'
import { ipcMain, protocol, session } from './pages/ipc.ts'
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
  registered: registered(),
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

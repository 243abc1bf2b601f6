'use strict'
/**
 * Loaded into real Electron before the app (`electron -r`): records what the app sends to the system's tray,
 * notifications and badge, which a test can otherwise neither see nor click. It wraps Electron's own classes without
 * changing their behaviour, except that no link is opened.
 */
const { app, BrowserWindow, clipboard, dialog, Menu, nativeTheme, Notification, shell, Tray } = require('electron')

const trays = []
const notifications = []
const errorBoxes = []
const openedLinks = []
const copied = []
const closed = new WeakSet()
let badge = 0
let aboutPanels = 0
/** On macOS the tray gets its menu only when it opens; the app builds no other menu. */
let lastMenu = null

function wrap(target, method, record) {
  const original = target[method]
  target[method] = function (...args) {
    record(this, ...args)
    return original.apply(this, args)
  }
}

function entryOf(tray) {
  let entry = trays.find((known) => known.tray === tray)
  if (!entry) trays.push((entry = { tray, icon: null, title: '', tooltip: '', menu: null }))
  return entry
}

wrap(Tray.prototype, 'setImage', (tray, image) => (entryOf(tray).icon = image))
wrap(Tray.prototype, 'setToolTip', (tray, text) => (entryOf(tray).tooltip = text))
wrap(Tray.prototype, 'setTitle', (tray, text) => (entryOf(tray).title = text))
wrap(Tray.prototype, 'setContextMenu', (tray, menu) => (entryOf(tray).menu = menu))
const buildMenu = Menu.buildFromTemplate
Menu.buildFromTemplate = (template) => (lastMenu = buildMenu.call(Menu, template))
wrap(Notification.prototype, 'close', (notification) => closed.add(notification))
wrap(Notification.prototype, 'show', (notification) => notifications.push(notification))
wrap(app, 'setBadgeCount', (_app, count = 0) => (badge = count))
wrap(app, 'showAboutPanel', () => (aboutPanels += 1))
wrap(clipboard, 'writeText', (_clipboard, text) => copied.push(text))
shell.openExternal = async (url) => void openedLinks.push(url)
wrap(dialog, 'showErrorBox', (_dialog, title, content) => errorBoxes.push(`${title}: ${content}`))

/** Includes the items of submenus. */
const allItems = (menu) => (menu?.items ?? []).filter(({ visible }) => visible).flatMap((item) => [item, ...allItems(item.submenu)])
const menuOf = ({ menu }) => menu ?? lastMenu

function clickMenuItem(label) {
  const item = trays.flatMap((tray) => allItems(menuOf(tray))).find((candidate) => candidate.label === label)
  if (!item) throw new Error(`The tray's menu has no item "${label}".`)
  item.click()
}

const shownTray = ({ icon, title, tooltip, ...tray }) => ({
  icon: icon && !icon.isEmpty?.() ? icon.toPNG() : null,
  pixels: 0,
  title,
  tooltip,
  menu: allItems(menuOf(tray)).map(({ type, label, enabled }) => ({ type, label, enabled })),
})

globalThis.mailbellRecord = {
  shown: () => ({
    trays: trays.map(shownTray),
    badge,
    notifications: notifications.map((notification) => ({
      title: notification.title,
      body: notification.body,
      silent: notification.silent,
      closed: closed.has(notification),
      visible: !closed.has(notification),
      buttons: notification.actions.map(({ text }) => text),
    })),
    windows: BrowserWindow.getAllWindows().map((window) => ({
      id: window.id,
      visible: window.isVisible(),
      minimized: window.isMinimized(),
      bounds: window.getBounds(),
      webPreferences: { ...window.webContents.getLastWebPreferences() },
      overlay: null,
    })),
    themeSource: nativeTheme.themeSource,
    errorBoxes,
    openedLinks,
    openedFiles: [],
    copied,
    shortcuts: [],
    aboutPanels,
    loginItems: [],
    applicationMenu: Menu.getApplicationMenu() === null ? 'none' : 'own',
  }),
  clickTray: () => trays[0]?.tray.emit('click'),
  clickMenuItem,
  clickNotification: (index) => notifications[index]?.emit('click'),
}

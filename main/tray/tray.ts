/** Shows a TrayView in the system's tray; applies only what differs from the previous one. */
import { Menu, type MenuItemConstructorOptions, type Rectangle, screen, Tray } from 'electron'
import type { Command, Dispatch } from '../commands/commands.ts'
import type { TrayView } from './tray-view.ts'
import { trayIcon } from './icon.ts'
import { imageOf } from './images.ts'
import type { MenuEntry } from './menu.ts'

/** In DIP, as the systems draw it; Linux panels scale the image down. */
const MAC_SIZE = 18
const WINDOWS_SIZE = 16
const LINUX_SIZE = 24

export type AppTray = ReturnType<typeof createTray>

export interface TrayDeps {
  readonly platform: NodeJS.Platform
  readonly dispatch: Dispatch
  /** The user has clicked the icon or its menu. */
  readonly onUse: () => void
}

export function createTray({ platform, dispatch, onUse }: TrayDeps) {
  function run(command: Command): void {
    onUse()
    dispatch(command)
  }
  let tray: Tray | null = null
  let contextMenu: Menu | null = null
  let shown: { readonly icon: string; readonly title: string; readonly tooltip: string; readonly menu: string } | null = null

  let current: TrayView | null = null
  /** Of the display with the taskbar. */
  const scale = (): number => (platform === 'win32' ? screen.getPrimaryDisplay().scaleFactor : 1)

  const imageFor = ({ icon, scheme }: TrayView) => {
    const svg = trayIcon(icon, scheme)
    // Windows draws the representation of scale 1 alone, and stretches it.
    if (platform === 'win32') return imageOf(svg, Math.round(WINDOWS_SIZE * scale()), [1])
    const image = imageOf(svg, platform === 'darwin' ? MAC_SIZE : LINUX_SIZE)
    if (scheme === 'template') image.setTemplateImage(true)
    return image
  }

  function menuItem(entry: MenuEntry): MenuItemConstructorOptions {
    switch (entry.kind) {
      case 'separator':
        return { type: 'separator' }
      case 'line':
        return { label: escapeLabel(entry.label), enabled: false }
      case 'action':
        return { label: escapeLabel(entry.label), click: () => run(entry.command) }
      case 'submenu':
        return { label: escapeLabel(entry.label), submenu: entry.entries.map(menuItem) }
    }
  }

  function apply(view: TrayView): void {
    current = view
    const { icon, scheme, title, tooltip, menu } = view
    const next = { icon: JSON.stringify([icon, scheme, scale()]), title, tooltip, menu: JSON.stringify(menu) }
    if (!tray) {
      tray = new Tray(imageFor(view))
      // Also if the menu opens on a click: some Linux desktops send one and not the other.
      tray.on('click', () => run({ do: 'open-window' }))
      // A click may follow. Linux does not report the pointer.
      if (platform !== 'linux') tray.on('mouse-enter', () => dispatch({ do: 'preload-window' }))
      // With a menu set, macOS opens that on a left click as well.
      if (platform === 'darwin') tray.on('right-click', () => tray?.popUpContextMenu(contextMenu ?? undefined))
    } else if (shown?.icon !== next.icon) tray.setImage(imageFor(view))
    if (platform === 'darwin' && shown?.title !== title) tray.setTitle(title, { fontType: 'monospacedDigit' })
    if (shown?.tooltip !== tooltip) tray.setToolTip(tooltip)
    // Linux shows a changed menu only once it is set again.
    if (shown?.menu !== next.menu) {
      contextMenu = Menu.buildFromTemplate(menu.map(menuItem))
      if (platform !== 'darwin') tray.setContextMenu(contextMenu)
    }
    shown = next
  }

  const applyAgain = (): void => {
    if (current) apply(current)
  }
  if (platform === 'win32') screen.on('display-metrics-changed', applyAgain)

  return {
    apply,
    /** Linux: creates the icon again, for a panel that has started. */
    renew(): void {
      tray?.destroy()
      tray = null
      shown = null
      applyAgain()
    },
    /** In DIP; null if the system does not report it (Linux). */
    bounds(): Rectangle | null {
      const bounds = platform === 'linux' ? null : (tray?.getBounds() ?? null)
      return bounds && bounds.width > 0 ? bounds : null
    },
    close(): void {
      screen.off('display-metrics-changed', applyAgain)
      tray?.destroy()
      tray = null
    },
  }
}

/** A single `&` would mark the next letter as a shortcut. */
const escapeLabel = (label: string): string => label.replaceAll('&', '&&')

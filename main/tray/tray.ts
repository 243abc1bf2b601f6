/** Brings a TrayView onto the system's tray; applies only what differs from the view before. */
import { Menu, type MenuItemConstructorOptions, type Rectangle, Tray } from 'electron'
import { type Scheme, trayIcon } from './icon.ts'
import type { MenuCommand, MenuEntry } from './menu.ts'
import type { IconView, TrayView } from '../projection.ts'
import { imageOf } from './images.ts'

export interface AppTray {
  apply(view: TrayView, dark: boolean): void
  /** Where the icon is, or null where the system does not tell (Linux). */
  bounds(): Rectangle | null
  close(): void
}

export interface TrayDeps {
  readonly platform: NodeJS.Platform
  readonly onCommand: (command: MenuCommand) => void
  /** The pointer has come to the icon, where the system tells that (macOS, Windows): a click may follow. */
  readonly onHover: () => void
}

/** In DIP, as the systems draw it; Linux panels scale what they get, so they get more. */
const SIZE: Partial<Record<NodeJS.Platform, number>> = { darwin: 18, win32: 16 }
const LINUX_SIZE = 24

export function createTray({ platform, onCommand, onHover }: TrayDeps): AppTray {
  let tray: Tray | null = null
  let contextMenu: Menu | null = null
  let shown: { readonly icon: string; readonly title: string; readonly tooltip: string; readonly menu: string } | null = null

  const image = (icon: IconView, scheme: Scheme) => {
    const painted = imageOf(trayIcon(icon, scheme), SIZE[platform] ?? LINUX_SIZE)
    if (scheme === 'template') painted.setTemplateImage(true)
    return painted
  }

  function menuItem(entry: MenuEntry): MenuItemConstructorOptions {
    switch (entry.kind) {
      case 'separator':
        return { type: 'separator' }
      case 'line':
        return { label: escapeLabel(entry.label), enabled: false }
      case 'action':
        return { label: escapeLabel(entry.label), click: () => onCommand(entry.command) }
      case 'submenu':
        return { label: escapeLabel(entry.label), submenu: entry.entries.map(menuItem) }
    }
  }

  return {
    apply({ icon, title, tooltip, menu }, dark) {
      const scheme = platform === 'darwin' ? 'template' : dark ? 'dark' : 'light'
      const next = { icon: JSON.stringify([icon, scheme]), title, tooltip, menu: JSON.stringify(menu) }
      if (!tray) {
        tray = new Tray(image(icon, scheme))
        // Also where the menu opens on a click: some Linux desktops send one and not the other.
        tray.on('click', () => onCommand({ do: 'open' }))
        if (platform !== 'linux') tray.on('mouse-enter', onHover)
        // With a menu set, macOS opens that at a click as well: there it comes at the other button alone.
        if (platform === 'darwin') tray.on('right-click', () => tray?.popUpContextMenu(contextMenu ?? undefined))
      } else if (shown?.icon !== next.icon) tray.setImage(image(icon, scheme))
      if (platform === 'darwin' && shown?.title !== title) tray.setTitle(title, { fontType: 'monospacedDigit' })
      if (shown?.tooltip !== tooltip) tray.setToolTip(tooltip)
      // A menu is never changed in place: Linux shows a change only once the menu is set again.
      if (shown?.menu !== next.menu) {
        contextMenu = Menu.buildFromTemplate(menu.map(menuItem))
        if (platform !== 'darwin') tray.setContextMenu(contextMenu)
      }
      shown = next
    },
    bounds() {
      const bounds = platform === 'linux' ? null : (tray?.getBounds() ?? null)
      return bounds && bounds.width > 0 ? bounds : null
    },
    close() {
      tray?.destroy()
      tray = null
    },
  }
}

/** A label that shows `&` as it is: a single one would mark the next letter as a shortcut. */
const escapeLabel = (label: string): string => label.replaceAll('&', '&&')

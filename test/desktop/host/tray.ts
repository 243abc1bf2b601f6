/** Tray, menus, images and notifications: they record what the app sets, and can be clicked. */
import { HostEmitter } from './emitter.ts'
import { readFileSync } from 'node:fs'
import type { Menu as ElectronMenu, MenuItemConstructorOptions, NativeImage, NotificationConstructorOptions } from 'electron'
import type { ShownMenuItem, ShownNotification, ShownTray } from './calls.ts'
import { hostCalls } from './scenario.ts'

/** An image is its PNGs, one for each scale factor. */
export class HostImage {
  readonly pngs = new Map<number, Buffer>()
  template = false

  isEmpty(): boolean {
    return this.pngs.size === 0
  }
  addRepresentation({ scaleFactor = 1, buffer }: { scaleFactor?: number; buffer?: Buffer }): void {
    if (buffer) this.pngs.set(scaleFactor, Buffer.from(buffer))
  }
  toPNG({ scaleFactor = 1 }: { scaleFactor?: number } = {}): Buffer {
    return this.pngs.get(scaleFactor) ?? Buffer.alloc(0)
  }
  getScaleFactors(): number[] {
    return [...this.pngs.keys()]
  }
  getSize(): { width: number; height: number } {
    const png = this.toPNG()
    return png.length < 24 ? { width: 0, height: 0 } : { width: png.readUInt32BE(16), height: png.readUInt32BE(20) }
  }
  setTemplateImage(template: boolean): void {
    this.template = template
  }
  isTemplateImage(): boolean {
    return this.template
  }
}
type Image = Pick<
  NativeImage,
  'isEmpty' | 'addRepresentation' | 'toPNG' | 'getScaleFactors' | 'getSize' | 'setTemplateImage' | 'isTemplateImage'
>

export const nativeImage = {
  createEmpty: (): HostImage => new HostImage(),
  createFromBuffer(buffer: Buffer, { scaleFactor = 1 }: { scaleFactor?: number } = {}): HostImage {
    const image = new HostImage()
    image.addRepresentation({ scaleFactor, buffer })
    return image
  },
  createFromPath: (path: string): HostImage => nativeImage.createFromBuffer(readFileSync(path)),
} satisfies Record<'createEmpty' | 'createFromBuffer' | 'createFromPath', (...args: never[]) => Image>

export class HostMenu {
  readonly items: readonly MenuItemConstructorOptions[]

  constructor(items: readonly MenuItemConstructorOptions[] = []) {
    this.items = items
  }
  static buildFromTemplate(template: readonly MenuItemConstructorOptions[]): HostMenu {
    return new HostMenu(template)
  }
  static setApplicationMenu(_menu: HostMenu | null): void {
    // The stand-in has no menu bar.
  }
}
HostMenu satisfies Record<keyof Pick<typeof ElectronMenu, 'buildFromTemplate' | 'setApplicationMenu'>, unknown>

export const trays = new Set<HostTray>()

export class HostTray extends HostEmitter {
  image: HostImage
  title = ''
  tooltip = ''
  menu: HostMenu | null = null

  constructor(image: HostImage) {
    super()
    this.image = image
    trays.add(this)
  }
  setImage(image: HostImage): void {
    this.image = image
  }
  setPressedImage(_image: HostImage): void {
    // The stand-in has no pressed state.
  }
  setTitle(title: string): void {
    this.title = title
  }
  setToolTip(tooltip: string): void {
    this.tooltip = tooltip
  }
  setContextMenu(menu: HostMenu | null): void {
    this.menu = menu
  }
  popUpContextMenu(_menu?: HostMenu): void {
    // The menu can be clicked at any time.
  }
  setIgnoreDoubleClickEvents(_ignore: boolean): void {
    // The stand-in has no double clicks.
  }
  getBounds(): { x: number; y: number; width: number; height: number } {
    return { x: 0, y: 0, width: 0, height: 0 }
  }
  destroy(): void {
    trays.delete(this)
  }
  isDestroyed(): boolean {
    return !trays.has(this)
  }
}

export function shownTray({ image, title, tooltip, menu }: HostTray): ShownTray {
  const largest = Math.max(...image.getScaleFactors())
  const icon = image.isEmpty() ? null : image.toPNG({ scaleFactor: largest })
  return {
    icon,
    title,
    tooltip,
    menu: allItems(menu?.items ?? [])
      .filter(({ visible }) => visible !== false)
      .map(shownItem),
  }
}

/** Includes the items of submenus. */
const allItems = (items: readonly MenuItemConstructorOptions[]): readonly MenuItemConstructorOptions[] =>
  items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? allItems(item.submenu) : [])])

function shownItem({ type, label, enabled }: MenuItemConstructorOptions): ShownMenuItem {
  return { type: type ?? 'normal', label: label ?? '', enabled: enabled ?? true }
}

export const notifications: HostNotification[] = []

export class HostNotification extends HostEmitter {
  readonly options: NotificationConstructorOptions
  closed = false

  constructor(options: NotificationConstructorOptions = {}) {
    super()
    this.options = options
  }
  static isSupported(): boolean {
    return true
  }
  show(): void {
    notifications.push(this)
    this.emit('show', {})
  }
  close(): void {
    this.closed = true
    this.emit('close', {})
  }
}

export const shownNotification = ({ options, closed }: HostNotification): ShownNotification => ({
  closed,
  title: options.title ?? '',
  body: options.body ?? '',
  silent: options.silent ?? false,
  buttons: (options.actions ?? []).map(({ text }) => text ?? ''),
})

hostCalls.clickTray = () => {
  for (const tray of trays) tray.emit('click', {}, tray.getBounds(), { x: 0, y: 0 })
}
hostCalls.clickMenuItem = (label) => {
  for (const { menu } of trays) {
    const item = allItems(menu?.items ?? []).find((candidate) => candidate.label === label)
    if (item?.click) return (item.click as () => void)()
  }
  throw new Error(`The tray's menu has no item "${label}".`)
}
hostCalls.clickNotification = (index) => void notificationAt(index).emit('click', {})
hostCalls.pressNotification = (index, actionIndex) => void notificationAt(index).emit('action', { actionIndex })

function notificationAt(index: number): HostNotification {
  const notification = notifications[index]
  if (!notification) throw new Error(`There is no notification ${index}.`)
  return notification
}

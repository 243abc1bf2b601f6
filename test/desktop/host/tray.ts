/** The tray, which records what the app sets, and can be clicked where the desktop shows it. */
import type { Bounds, ShownTray } from './process/calls.ts'
import { displayScale, trayBounds } from './display.ts'
import { HostEmitter } from './emitter.ts'
import { takeFocus } from './focus.ts'
import { drawn, type HostImage } from './images.ts'
import { clickItem, type HostMenu, shownItems } from './menu.ts'
import { hostCalls, scenario } from './scenario.ts'

const { platform } = scenario
/** Width and height of the place of an icon, in DIP. */
const PLACE = { win32: 16, darwin: 18, linux: 24 }[platform]

/** Whether a panel runs on Linux that shows StatusNotifierItems. */
let hasHost = platform !== 'linux' || scenario.tray === 'there'
hostCalls.playTrayHost = (present) => {
  if (platform === 'linux') hasHost = present
}

export const trays = new Set<HostTray>()

export class HostTray extends HostEmitter {
  image: HostImage
  title = ''
  tooltip = ''
  menu: HostMenu | null = null
  /** Linux: one without a panel at its creation goes to XEmbed for good (OnImplInitializationFailed in tray_icon_linux.cc). */
  readonly #isItem = hasHost
  #poppedUp: HostMenu | null = null

  constructor(image: HostImage) {
    super()
    this.image = image
    trays.add(this)
  }
  get isShown(): boolean {
    return scenario.tray === 'xembed' || (hasHost && this.#isItem)
  }
  /** What the user sees: the menu that is set, or the one that a right click opens. */
  openMenu(): HostMenu | null {
    if (this.menu) return this.menu
    this.emit('right-click', {}, this.getBounds())
    return this.#poppedUp
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
  popUpContextMenu(menu?: HostMenu): void {
    this.#poppedUp = menu ?? this.menu
  }
  setIgnoreDoubleClickEvents(_ignore: boolean): void {
    // The stand-in has no double clicks.
  }
  getBounds(): Bounds {
    return trayBounds()
  }
  destroy(): void {
    trays.delete(this)
  }
  isDestroyed(): boolean {
    return !trays.has(this)
  }
}

const shown = (): readonly HostTray[] => [...trays].filter(({ isShown }) => isShown)

export const shownTrays = (): readonly ShownTray[] =>
  shown().map((tray) => ({
    icon: drawn(tray.image, displayScale()),
    pixels: Math.round(PLACE * displayScale()),
    // Only macOS has text beside the icon.
    title: platform === 'darwin' ? tray.title : '',
    tooltip: tray.tooltip,
    menu: shownItems(tray.openMenu()),
  }))

hostCalls.clickTray = () => {
  // The taskbar of Windows takes the focus before it reports the click.
  if (platform === 'win32') takeFocus()
  for (const tray of shown()) {
    if (platform !== 'linux') tray.emit('mouse-enter', {}, { x: 0, y: 0 })
    if (platform !== 'linux' || scenario.trayClicks === 'arrive') tray.emit('click', {}, tray.getBounds(), { x: 0, y: 0 })
  }
}
hostCalls.clickMenuItem = (label) => {
  if (!shown().some((tray) => clickItem(tray.openMenu(), label))) throw new Error(`The tray's menu has no item "${label}".`)
}

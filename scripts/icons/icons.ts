/** `npm run icons [-- SHEET.png]`: the app's icons and the README's picture, or a sheet of every state of the tray icon. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { IconScheme } from '../../main/tray/tray-view.ts'
import { appIcon, maskableIcon, trayIcon } from '../../main/tray/icon.ts'
import { rasterize } from '../../main/tray/rasterize.ts'
import { WINDOW_SIZE } from '../../main/window/placement.ts'
import { icon, iconSheet, MUTED, PARTLY } from './icon-sheet.ts'
import { windowPictures } from '../window-pictures.ts'

/** Of the desktop's panel, and around the window, in CSS pixels. */
const PANEL = 40
const MARGIN = 20

/** The picture in the README: tray icons and window, on a light and a dark desktop, at 2x. */
async function picture(): Promise<Buffer> {
  const { width, height } = WINDOW_SIZE
  const windows = await windowPictures(WINDOW_SIZE)
  const half = width + 2 * MARGIN
  const whole = PANEL + height + 2 * MARGIN
  const icons = [
    icon('plain'),
    icon('unread', 3),
    icon('unread', 27),
    icon('unread', 100),
    icon('plain', null, MUTED),
    icon('unknown', null, PARTLY),
    icon('attention', null, PARTLY),
  ]
  const desktop = ([name, ground, panel, scheme, x]: readonly ['light' | 'dark', string, string, IconScheme, number]): string => {
    const window = windows[name].toString('base64')
    const row = icons
      .map((view, i) => {
        const png = rasterize(trayIcon(view, scheme), 88).toString('base64')
        return `<image x="${x + 40 + i * 52}" y="9" width="22" height="22" href="data:image/png;base64,${png}"/>`
      })
      .join('')
    const place = `x="${x + MARGIN}" y="${PANEL + MARGIN}" width="${width}" height="${height}"`
    return `<rect x="${x}" width="${half}" height="${whole}" fill="${ground}"/><rect x="${x}" width="${half}" height="${PANEL}" fill="${panel}"/>${row}
      <rect x="${x + MARGIN - 1}" y="${PANEL + MARGIN - 1}" width="${width + 2}" height="${height + 2}" rx="11" fill="#000" opacity=".18"/>
      <clipPath id="${name}"><rect ${place} rx="10"/></clipPath>
      <image ${place} clip-path="url(#${name})" href="data:image/png;base64,${window}"/>`
  }
  const body = desktop(['light', '#cfd8e3', '#f6f8fa', 'light', 0]) + desktop(['dark', '#0b0e12', '#1c2128', 'dark', half])
  return rasterize(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * half} ${whole}">${body}</svg>`, 4 * half)
}

/** A Windows icon that contains PNGs (one entry per size). */
function ico(sizes: readonly number[]): Buffer {
  const images = sizes.map((size) => rasterize(appIcon(), size))
  const head = Buffer.alloc(6 + 16 * sizes.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(sizes.length, 4)
  let offset = head.length
  sizes.forEach((size, i) => {
    const at = 6 + 16 * i
    head.writeUInt8(size % 256, at)
    head.writeUInt8(size % 256, at + 1)
    head.writeUInt16LE(1, at + 4)
    head.writeUInt16LE(32, at + 6)
    head.writeUInt32LE(images[i]?.length ?? 0, at + 8)
    head.writeUInt32LE(offset, at + 12)
    offset += images[i]?.length ?? 0
  })
  return Buffer.concat([head, ...images])
}

const [sheetPath] = process.argv.slice(2)
if (sheetPath !== undefined) writeFileSync(sheetPath, iconSheet(3))
else {
  const folder = join(import.meta.dirname, '../../build')
  mkdirSync(join(folder, 'icons'), { recursive: true })
  writeFileSync(join(folder, 'icon.png'), rasterize(appIcon(), 1024))
  writeFileSync(join(folder, 'icon.ico'), ico([16, 20, 24, 32, 40, 48, 64, 128, 256]))
  for (const size of [16, 24, 32, 48, 64, 96, 128, 256, 512, 1024])
    writeFileSync(join(folder, 'icons', `${size}x${size}.png`), rasterize(appIcon(), size))
  const page = join(import.meta.dirname, '../../renderer/public')
  for (const size of [192, 512]) {
    writeFileSync(join(page, `icon-${size}.png`), rasterize(appIcon(), size))
    writeFileSync(join(page, `icon-maskable-${size}.png`), rasterize(maskableIcon(), size))
  }
  const images = join(import.meta.dirname, '../../docs/images')
  writeFileSync(join(images, 'icons.png'), iconSheet(1))
  writeFileSync(join(images, 'mailbell.png'), await picture())
}

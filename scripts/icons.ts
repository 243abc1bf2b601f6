/** `npm run icons [-- SHEET.png]`: the app's icons and the README's picture, or a sheet of every state of the tray icon. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { IconScheme } from '../main/tray/tray-view.ts'
import { appIcon, maskableIcon, trayIcon } from '../main/tray/icon.ts'
import { rasterize } from '../main/tray/rasterize.ts'
import { icon, iconSheet, MUTED, PARTLY } from './icon-sheet.ts'

/** The picture in the README: tray icons and window, on a light and a dark desktop, at 2x. */
function picture(): Buffer {
  const images = join(import.meta.dirname, '../docs/images')
  const icons = [
    icon('plain'),
    icon('unread', 3),
    icon('unread', 27),
    icon('unread', 100),
    icon('plain', null, MUTED),
    icon('unknown', null, PARTLY),
    icon('attention', null, PARTLY),
  ]
  const half = ([name, ground, panel, scheme, x]: readonly [string, string, string, IconScheme, number]): string => {
    const window = readFileSync(join(images, `window-${name}.png`)).toString('base64')
    const row = icons
      .map((view, i) => {
        const png = rasterize(trayIcon(view, scheme), 88).toString('base64')
        return `<image x="${x + 40 + i * 52}" y="9" width="22" height="22" href="data:image/png;base64,${png}"/>`
      })
      .join('')
    return `<rect x="${x}" width="420" height="640" fill="${ground}"/><rect x="${x}" width="420" height="40" fill="${panel}"/>${row}
      <rect x="${x + 19}" y="57" width="382" height="562" rx="9" fill="#000" opacity=".18"/>
      <clipPath id="${name}"><rect x="${x + 20}" y="58" width="380" height="560" rx="8"/></clipPath>
      <image x="${x + 20}" y="58" width="380" height="560" clip-path="url(#${name})" href="data:image/png;base64,${window}"/>`
  }
  const body = half(['light', '#cfd8e3', '#f6f8fa', 'light', 0]) + half(['dark', '#0b0e12', '#1c2128', 'dark', 420])
  return rasterize(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 840 640">${body}</svg>`, 1680)
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
  const folder = join(import.meta.dirname, '../build')
  mkdirSync(join(folder, 'icons'), { recursive: true })
  writeFileSync(join(folder, 'icon.png'), rasterize(appIcon(), 1024))
  writeFileSync(join(folder, 'icon.ico'), ico([16, 20, 24, 32, 40, 48, 64, 128, 256]))
  for (const size of [16, 24, 32, 48, 64, 96, 128, 256, 512, 1024])
    writeFileSync(join(folder, 'icons', `${size}x${size}.png`), rasterize(appIcon(), size))
  const page = join(import.meta.dirname, '../renderer/public')
  for (const size of [192, 512]) {
    writeFileSync(join(page, `icon-${size}.png`), rasterize(appIcon(), size))
    writeFileSync(join(page, `icon-maskable-${size}.png`), rasterize(maskableIcon(), size))
  }
  const images = join(import.meta.dirname, '../docs/images')
  writeFileSync(join(images, 'icons.png'), iconSheet(1))
  writeFileSync(join(images, 'mailbell.png'), picture())
}

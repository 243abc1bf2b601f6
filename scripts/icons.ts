/** `npm run icons [-- SHEET.png]`: the app's icons and the README's picture, or a sheet of every look of the tray icon. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { appIcon, maskableIcon, type Scheme, trayIcon } from '../main/core/icon.ts'
import type { IconView } from '../main/core/view.ts'
import { paint } from '../main/paint.ts'

const icon = (look: IconView['look'], count: number | null = null, change: Partial<IconView> = {}): IconView => ({
  look,
  count,
  incomplete: false,
  muted: false,
  ...change,
})
const MUTED = { muted: true } as const
const PARTLY = { incomplete: true } as const

const ICONS: readonly IconView[] = [
  icon('idle'),
  icon('idle', null, PARTLY),
  icon('idle', null, MUTED),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 27, 68, 99, 100].map((count) => icon('unread', count)),
  icon('unread', 7, PARTLY),
  icon('unread', 42, PARTLY),
  icon('unread', 100, PARTLY),
  icon('unread', 3, MUTED),
  icon('unread', 27, MUTED),
  icon('unread', 100, MUTED),
  icon('unread', 7, { ...PARTLY, ...MUTED }),
  icon('unread'),
  icon('unread', null, PARTLY),
  icon('unread', null, MUTED),
  icon('offline', null, PARTLY),
  icon('attention', null, PARTLY),
]
const PANELS: readonly (readonly [colour: string, scheme: Scheme])[] = [
  ['#ffffff', 'light'],
  ['#c9d1d9', 'light'],
  ['#000000', 'dark'],
  ['#3c3f41', 'dark'],
  ['#2a62c9', 'dark'],
  ['#ffffff', 'template'],
]
const SIZES = [16, 22, 24, 32]

/** One row a panel and size: each icon as painted at that size, in true pixels, magnified `zoom` times without smoothing. */
function sheet(zoom: number): Buffer {
  const gap = 6
  const width = gap + ICONS.length * (Math.max(...SIZES) + gap)
  let y = 0
  let body = ''
  for (const [colour, scheme] of PANELS) {
    for (const size of SIZES) {
      body += `<rect x="0" y="${y}" width="${width}" height="${size + 2 * gap}" fill="${colour}"/>`
      ICONS.forEach((view, i) => {
        const png = paint(trayIcon(view, scheme), size).toString('base64')
        body += `<image x="${gap + i * (Math.max(...SIZES) + gap)}" y="${y + gap}" width="${size}" height="${size}" image-rendering="optimizeSpeed" href="data:image/png;base64,${png}"/>`
      })
      y += size + 2 * gap
    }
  }
  return paint(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}">${body}</svg>`, width * zoom)
}

/** The picture of the README: tray icons and window, on a light and a dark desktop, at 2x. */
function picture(): Buffer {
  const images = join(import.meta.dirname, '../docs/images')
  const icons = [
    icon('idle'),
    icon('unread', 3),
    icon('unread', 27),
    icon('unread', 100),
    icon('idle', null, MUTED),
    icon('offline', null, PARTLY),
    icon('attention', null, PARTLY),
  ]
  const half = ([name, ground, panel, scheme, x]: readonly [string, string, string, Scheme, number]): string => {
    const window = readFileSync(join(images, `window-${name}.png`)).toString('base64')
    const row = icons
      .map((view, i) => {
        const png = paint(trayIcon(view, scheme), 88).toString('base64')
        return `<image x="${x + 40 + i * 52}" y="9" width="22" height="22" href="data:image/png;base64,${png}"/>`
      })
      .join('')
    return `<rect x="${x}" width="420" height="640" fill="${ground}"/><rect x="${x}" width="420" height="40" fill="${panel}"/>${row}
      <rect x="${x + 19}" y="57" width="382" height="562" rx="9" fill="#000" opacity=".18"/>
      <clipPath id="${name}"><rect x="${x + 20}" y="58" width="380" height="560" rx="8"/></clipPath>
      <image x="${x + 20}" y="58" width="380" height="560" clip-path="url(#${name})" href="data:image/png;base64,${window}"/>`
  }
  const body = half(['light', '#cfd8e3', '#f6f8fa', 'light', 0]) + half(['dark', '#0b0e12', '#1c2128', 'dark', 420])
  return paint(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 840 640">${body}</svg>`, 1680)
}

/** A Windows icon that holds PNGs (one entry a size). */
function ico(sizes: readonly number[]): Buffer {
  const images = sizes.map((size) => paint(appIcon(), size))
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
if (sheetPath !== undefined) writeFileSync(sheetPath, sheet(3))
else {
  const folder = join(import.meta.dirname, '../build')
  mkdirSync(join(folder, 'icons'), { recursive: true })
  writeFileSync(join(folder, 'icon.png'), paint(appIcon(), 1024))
  writeFileSync(join(folder, 'icon.ico'), ico([16, 24, 32, 48, 64, 128, 256]))
  for (const size of [16, 24, 32, 48, 64, 96, 128, 256, 512, 1024]) writeFileSync(join(folder, 'icons', `${size}x${size}.png`), paint(appIcon(), size))
  const page = join(import.meta.dirname, '../renderer/public')
  for (const size of [192, 512]) writeFileSync(join(page, `icon-${size}.png`), paint(appIcon(), size))
  writeFileSync(join(page, 'icon-maskable-512.png'), paint(maskableIcon(), 512))
  writeFileSync(join(import.meta.dirname, '../docs/images/mailbell.png'), picture())
}

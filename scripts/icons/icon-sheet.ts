/** A sheet of every state of the tray icon, in true pixels, on panels of five colours and as a template, for visual inspection. */
import { trayIcon } from '../../main/tray/icon.ts'
import type { IconScheme, IconView } from '../../main/tray/tray-view.ts'
import { rasterize } from '../../main/tray/rasterize.ts'

export const icon = (state: IconView['state'], count: number | null = null, change: Partial<IconView> = {}): IconView => ({
  state,
  count,
  incomplete: false,
  muted: false,
  ...change,
})
export const MUTED = { muted: true } as const
export const PARTLY = { incomplete: true } as const

const ICONS: readonly IconView[] = [
  icon('plain'),
  icon('plain', null, PARTLY),
  icon('plain', null, MUTED),
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
  icon('unknown', null, PARTLY),
  icon('attention', null, PARTLY),
  icon('unknown', null, { ...PARTLY, ...MUTED }),
  icon('attention', null, { ...PARTLY, ...MUTED }),
]
const PANELS: readonly (readonly [colour: string, scheme: IconScheme])[] = [
  ['#ffffff', 'light'],
  ['#c9d1d9', 'light'],
  ['#000000', 'dark'],
  ['#3c3f41', 'dark'],
  ['#2a62c9', 'dark'],
  ['#ffffff', 'template'],
]
const SIZES = [16, 22, 24, 32]

/** One row per panel and size: each icon rendered at that size, magnified `zoom` times without smoothing. */
export function iconSheet(zoom: number): Buffer {
  const gap = 6
  const width = gap + ICONS.length * (Math.max(...SIZES) + gap)
  let y = 0
  let body = ''
  for (const [colour, scheme] of PANELS) {
    for (const size of SIZES) {
      body += `<rect x="0" y="${y}" width="${width}" height="${size + 2 * gap}" fill="${colour}"/>`
      ICONS.forEach((view, i) => {
        const png = rasterize(trayIcon(view, scheme), size).toString('base64')
        body += `<image x="${gap + i * (Math.max(...SIZES) + gap)}" y="${y + gap}" width="${size}" height="${size}" image-rendering="optimizeSpeed" href="data:image/png;base64,${png}"/>`
      })
      y += size + 2 * gap
    }
  }
  return rasterize(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}">${body}</svg>`, width * zoom)
}

import { PNG } from 'pngjs'
import { expect, test } from 'vitest'
import { appIcon, overlayIcon, trayIcon } from '../../../main/tray/icon.ts'
import type { IconScheme, IconView } from '../../../main/tray/tray-view.ts'
import { rasterize } from '../../../main/tray/rasterize.ts'

const icon = (state: IconView['state'], count: number | null = null, change: Partial<IconView> = {}): IconView => ({
  state,
  count,
  incomplete: false,
  muted: false,
  ...change,
})
const STATES: readonly IconView[] = [false, true].flatMap((incomplete) =>
  [false, true].flatMap((muted) => [
    icon('plain', null, { incomplete, muted }),
    icon('unread', 3, { incomplete, muted }),
    icon('unread', null, { incomplete, muted }),
  ]),
)
const PROBLEM_STATES: readonly IconView[] = [false, true].flatMap((muted) => [
  icon('unknown', null, { incomplete: true, muted }),
  icon('attention', null, { incomplete: true, muted }),
])
const PIXELS = 16

const painted = (view: IconView, scheme: IconScheme): string => rasterize(trayIcon(view, scheme), PIXELS).toString('base64')

test.each(['light', 'dark'] as const)('every state differs from every other, rendered for %s', (scheme) => {
  const all = [...STATES, ...PROBLEM_STATES]
  expect(new Set(all.map((view) => painted(view, scheme))).size).toBe(all.length)
})

test('a template distinguishes everything but the number, which is shown next to it', () => {
  const all = [...STATES.filter(({ state, count }) => state !== 'unread' || count !== null), ...PROBLEM_STATES]
  expect(new Set(all.map((view) => painted(view, 'template'))).size).toBe(all.length)
})

test('plain, unread, muted, unknown and attention differ by shape, without colour', () => {
  const shapes = [
    icon('plain'),
    icon('unread', 3),
    icon('unread'),
    icon('plain', null, { muted: true }),
    icon('unread', 3, { muted: true }),
    ...PROBLEM_STATES,
  ]
  for (const scheme of ['light', 'dark'] as const) {
    const grey = shapes.map((view) => greyOf(view, scheme))
    for (const [one, pixels] of grey.entries())
      for (const other of grey.slice(one + 1))
        expect(pixels.filter((value, at) => Math.abs(value - (other[at] ?? 0)) > 96).length).toBeGreaterThan(12)
  }
})

/** Five panel colours, each with the scheme of the icon painted on it. */
const PANELS = [
  ['#ffffff', 'light'],
  ['#c9d1d9', 'light'],
  ['#000000', 'dark'],
  ['#3c3f41', 'dark'],
  ['#2a62c9', 'dark'],
] as const

test.each(PANELS)('every state stands out on a panel of %s', (panel, scheme) => {
  for (const view of [...STATES, ...PROBLEM_STATES]) {
    const { data } = PNG.sync.read(rasterize(trayIcon(view, scheme), PIXELS))
    const ground = [1, 3, 5].map((at) => Number.parseInt(panel.slice(at, at + 2), 16))
    const pixels = Array.from({ length: PIXELS * PIXELS }, (_, pixel) => {
      const at = pixel * 4
      const alpha = (data[at + 3] ?? 0) / 255
      return luminance(ground.map((value, channel) => (data[at + channel] ?? 0) * alpha + value * (1 - alpha)))
    })
    // A number is cut out of its plate, which needs less contrast with the panel.
    const plate = mostFrequent(pixels.filter((value) => value !== luminance(ground)))
    const seen = pixels.filter((value) => contrast(value, luminance(ground)) >= 3 || contrast(value, plate) >= 3).length
    const number = pixels.filter((value) => contrast(value, plate) >= 3).length
    // WCAG 2.2, 1.4.11: the parts needed to understand a graphic have a contrast of 3 : 1.
    expect([view, seen > 20, view.count === null || number > 12]).toEqual([view, true, true])
  }
})

const luminance = (channels: readonly number[]): number => {
  const [red = 0, green = 0, blue = 0] = channels.map((value) =>
    value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
  )
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
const mostFrequent = (values: readonly number[]): number => {
  const counts = Map.groupBy(values, (value) => value)
  return [...counts].toSorted(([, one], [, other]) => other.length - one.length)[0]?.[0] ?? 0
}
const contrast = (one: number, other: number): number => (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)

/** On the panel for which it is painted. */
function greyOf(view: IconView, scheme: 'light' | 'dark'): readonly number[] {
  const { data } = PNG.sync.read(rasterize(trayIcon(view, scheme), PIXELS))
  const ground = scheme === 'light' ? 255 : 0
  return Array.from({ length: PIXELS * PIXELS }, (_, pixel) => {
    const [red = 0, green = 0, blue = 0, alpha = 0] = data.subarray(pixel * 4, pixel * 4 + 4)
    return ((0.299 * red + 0.587 * green + 0.114 * blue) * alpha) / 255 + ground * (1 - alpha / 255)
  })
}

test.each([...STATES, ...PROBLEM_STATES])('$state (incomplete: $incomplete, muted: $muted) differs on light and on dark', (view) => {
  expect(painted(view, 'light')).not.toBe(painted(view, 'dark'))
})

test('every number up to 99 differs from the next; larger numbers are shown as 99+', () => {
  const numbers = Array.from({ length: 100 }, (_, i) => painted(icon('unread', i + 1), 'light'))
  expect(new Set(numbers).size).toBe(100)
  expect(painted(icon('unread', 4321), 'light')).toBe(numbers[99])
})

test('a template is black only', () => {
  for (const view of [...STATES, ...PROBLEM_STATES]) {
    const colours = [...trayIcon(view, 'template').matchAll(/"(#[0-9a-f]{3,6})"/g)].map(([, colour]) => colour)
    // White is only the background of a mask.
    expect(colours.filter((colour) => !['#000000', '#000', '#fff'].includes(colour ?? ''))).toEqual([])
  }
})

test('the overlay of a taskbar button shows its number', () => {
  expect(rasterize(overlayIcon(3), PIXELS)).not.toEqual(rasterize(overlayIcon(4), PIXELS))
})

test('an image has the requested size', () => {
  const png = rasterize(appIcon(), 256)
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([256, 256])
})

import { expect, test } from 'vitest'
import { appIcon, overlayIcon, type Scheme, trayIcon } from '../../../main/core/icon.ts'
import type { IconView } from '../../../main/core/view.ts'
import { paint } from '../../../main/paint.ts'

const LOOKS: readonly IconView[] = [
  { look: 'idle', count: null, incomplete: false },
  { look: 'idle', count: null, incomplete: true },
  { look: 'unread', count: 3, incomplete: false },
  { look: 'unread', count: 3, incomplete: true },
  { look: 'offline', count: null, incomplete: true },
  { look: 'attention', count: null, incomplete: true },
]
const SCHEMES: readonly Scheme[] = ['light', 'dark', 'template']
const PIXELS = 16

const painted = (icon: IconView, scheme: Scheme): string => paint(trayIcon(icon, scheme), PIXELS).toString('base64')

test.each(SCHEMES)('every look differs from every other, painted for %s', (scheme) => {
  expect(new Set(LOOKS.map((icon) => painted(icon, scheme))).size).toBe(LOOKS.length)
})

test.each(LOOKS)('$look (incomplete: $incomplete) differs on light and on dark', (icon) => {
  expect(painted(icon, 'light')).not.toBe(painted(icon, 'dark'))
})

test('every number up to 99 differs from its neighbour; beyond that it is 99+', () => {
  const numbers = Array.from({ length: 100 }, (_, i) => painted({ look: 'unread', count: i + 1, incomplete: false }, 'light'))
  expect(new Set(numbers).size).toBe(100)
  expect(painted({ look: 'unread', count: 4321, incomplete: false }, 'light')).toBe(numbers[99])
})

test('a template is black alone', () => {
  for (const icon of LOOKS) {
    const colours = [...trayIcon(icon, 'template').matchAll(/"(#[0-9a-f]{3,6})"/g)].map(([, colour]) => colour)
    // White is only the paper of a mask.
    expect(colours.filter((colour) => !['#000000', '#000', '#fff'].includes(colour ?? ''))).toEqual([])
  }
})

test('the overlay of a taskbar button says its number', () => {
  expect(paint(overlayIcon(3), PIXELS)).not.toEqual(paint(overlayIcon(4), PIXELS))
})

test('an image has the size asked for', () => {
  const png = paint(appIcon(), 256)
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([256, 256])
})

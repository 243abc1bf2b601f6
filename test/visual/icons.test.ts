/** Every state of the tray icon at 16, 22, 24 and 32 pixels on five panels. */
import { readFileSync } from 'node:fs'
import { PNG } from 'pngjs'
import { expect, test } from 'vitest'
import { iconSheet } from '../../scripts/icons/icon-sheet.ts'

/** Icons contain no text of a font, so every pixel is the same everywhere, except for rounding of the processor. */
const ROUNDING = 16

test('the icons match their reference sheet, which `npm run icons` draws', () => {
  const stored = PNG.sync.read(readFileSync(new URL('../../docs/images/icons.png', import.meta.url)))
  const now = PNG.sync.read(iconSheet(1))
  expect([now.width, now.height]).toEqual([stored.width, stored.height])
  const differing = new Set<string>()
  now.data.forEach((value, at) => {
    const pixel = Math.floor(at / 4)
    if (Math.abs(value - (stored.data[at] ?? 0)) > ROUNDING) differing.add(`${pixel % now.width},${Math.floor(pixel / now.width)}`)
  })
  expect([...differing].slice(0, 10)).toEqual([])
})

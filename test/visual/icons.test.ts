/** Every look of the tray icon at 16, 22, 24 and 32 pixels on five panels, as it was seen to be right. */
import { readFileSync } from 'node:fs'
import { PNG } from 'pngjs'
import { expect, test } from 'vitest'
import { iconSheet } from '../../scripts/icon-sheet.ts'

/** Icons hold no text of a font, so that every pixel is the same everywhere, but for how a processor rounds. */
const ROUNDING = 16

test('the icons look as they were seen to be right; `npm run icons` draws the sheet anew', () => {
  const kept = PNG.sync.read(readFileSync(new URL('../../docs/images/icons.png', import.meta.url)))
  const now = PNG.sync.read(iconSheet(1))
  expect([now.width, now.height]).toEqual([kept.width, kept.height])
  const differing = new Set<string>()
  now.data.forEach((value, at) => {
    const pixel = Math.floor(at / 4)
    if (Math.abs(value - (kept.data[at] ?? 0)) > ROUNDING) differing.add(`${pixel % now.width},${Math.floor(pixel / now.width)}`)
  })
  expect([...differing].slice(0, 10)).toEqual([])
})

import { describe, expect, test } from 'vitest'
import { type Box, placeLayer } from '../../../renderer/view/place-layer.ts'

const VIEW = { width: 380, height: 560 }
const button = (left: number, top: number): Box => ({ left, right: left + 36, top, bottom: top + 36 })

describe('a layer', () => {
  test('lies below its button, and ends where the button ends', () => {
    expect(placeLayer(button(300, 20), { width: 200, height: 150 }, VIEW)).toMatchObject({ left: 136, top: 60 })
  })

  test('lies above a button at the bottom of the window', () => {
    expect(placeLayer(button(300, 500), { width: 200, height: 150 }, VIEW)).toMatchObject({ left: 136, top: 346 })
  })

  test.each([
    ['left', button(10, 20)],
    ['right', button(350, 20)],
  ])('stays inside the window at its %s edge', (_edge, at) => {
    const { left } = placeLayer(at, { width: 200, height: 150 }, VIEW)
    expect(left).toBeGreaterThanOrEqual(8)
    expect(left + 200).toBeLessThanOrEqual(VIEW.width - 8)
  })

  test('that fits on neither side covers its button, and scrolls if it is higher than the window', () => {
    const small = { width: 190, height: 280 }
    expect(placeLayer(button(150, 120), { width: 174, height: 200 }, small)).toEqual({ left: 8, top: 72, maxHeight: 264 })
    expect(placeLayer(button(150, 120), { width: 174, height: 900 }, small)).toEqual({ left: 8, top: 8, maxHeight: 264 })
  })
})

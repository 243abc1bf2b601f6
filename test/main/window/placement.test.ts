import { expect, test } from 'vitest'
import { placeWindow } from '../../../main/window/placement.ts'

const area = { x: 0, y: 25, width: 1280, height: 700 }

test('without a known tray icon, the window opens in the upper right corner', () => {
  expect(placeWindow(null, area)).toEqual({ x: 852, y: 33, width: 420, height: 600 })
})

test('it opens below a tray at the top, centred on it', () => {
  expect(placeWindow({ x: 800, y: 0, width: 20, height: 24 }, area)).toMatchObject({ x: 600, y: 33 })
})

test('it opens above a tray at the bottom', () => {
  expect(placeWindow({ x: 800, y: 730, width: 20, height: 24 }, area)).toMatchObject({ x: 600, y: 25 + 700 - 600 - 8 })
})

test('it never extends beyond the screen, and is never larger than it', () => {
  expect(placeWindow({ x: 1270, y: 0, width: 20, height: 24 }, area).x).toBe(860)
  expect(placeWindow(null, { x: 100, y: 0, width: 320, height: 400 })).toEqual({ x: 100, y: 0, width: 320, height: 400 })
})

import { expect, test } from 'vitest'
import { createShortcut } from '../../../main/system/shortcut.ts'

/** The shortcuts of a system, some of which others have. */
function createSystem(taken: readonly string[] = []) {
  const held = new Map<string, () => void>()
  const globalShortcut = {
    register(accelerator: string, callback: () => void) {
      if (accelerator === 'no such key') throw new TypeError('conversion failure')
      if (taken.includes(accelerator) || held.has(accelerator)) return false
      held.set(accelerator, callback)
      return true
    },
    unregister: (accelerator: string) => void held.delete(accelerator),
  }
  return { held, globalShortcut }
}

test('a shortcut is taken in the place of the one before, and given back', () => {
  const { held, globalShortcut } = createSystem()
  let pressed = 0
  const shortcut = createShortcut({ globalShortcut, onPress: () => (pressed += 1) })
  expect(shortcut.set('Alt+M')).toBe(true)
  held.get('Alt+M')?.()
  expect(pressed).toBe(1)
  expect(shortcut.set('Alt+M')).toBe(true)
  expect(shortcut.set('Alt+N')).toBe(true)
  expect([...held.keys()]).toEqual(['Alt+N'])
  expect(shortcut.set(null)).toBe(true)
  expect(held.size).toBe(0)
  shortcut.set('Alt+N')
  shortcut.close()
  expect(held.size).toBe(0)
})

test.each(['Alt+F4', 'no such key'])('%s cannot be had, and the one before stays', (wanted) => {
  const { held, globalShortcut } = createSystem(['Alt+F4'])
  const shortcut = createShortcut({ globalShortcut, onPress: () => undefined })
  shortcut.set('Alt+M')
  expect(shortcut.set(wanted)).toBe(false)
  expect([...held.keys()]).toEqual(['Alt+M'])
})

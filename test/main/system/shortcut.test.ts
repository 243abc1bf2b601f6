import { expect, test } from 'vitest'
import { createShortcut } from '../../../main/system/shortcut.ts'

/** A system in which other programs use some shortcuts. */
function createSystem(taken: readonly string[] = []) {
  const registered = new Map<string, () => void>()
  const globalShortcut = {
    register(accelerator: string, callback: () => void) {
      if (accelerator === 'no such key') throw new TypeError('conversion failure')
      if (taken.includes(accelerator) || registered.has(accelerator)) return false
      registered.set(accelerator, callback)
      return true
    },
    unregister: (accelerator: string) => void registered.delete(accelerator),
  }
  return { registered, globalShortcut }
}

test('a shortcut replaces the previous one, and is released', () => {
  const { registered, globalShortcut } = createSystem()
  let pressed = 0
  const shortcut = createShortcut(globalShortcut, () => (pressed += 1))
  expect(shortcut.set('Alt+M')).toBe(true)
  registered.get('Alt+M')?.()
  expect(pressed).toBe(1)
  expect(shortcut.set('Alt+M')).toBe(true)
  expect(shortcut.set('Alt+N')).toBe(true)
  expect([...registered.keys()]).toEqual(['Alt+N'])
  expect(shortcut.set(null)).toBe(true)
  expect(registered.size).toBe(0)
  shortcut.set('Alt+N')
  shortcut.close()
  expect(registered.size).toBe(0)
})

test.each(['Alt+F4', 'no such key'])('%s is not available, and the previous one stays', (accelerator) => {
  const { registered, globalShortcut } = createSystem(['Alt+F4'])
  const shortcut = createShortcut(globalShortcut, () => undefined)
  shortcut.set('Alt+M')
  expect(shortcut.set(accelerator)).toBe(false)
  expect([...registered.keys()]).toEqual(['Alt+M'])
})

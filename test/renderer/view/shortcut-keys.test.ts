import { expect, test } from 'vitest'
import { actionOfKey, isUndo, SHORTCUTS } from '../../../renderer/view/shortcut-keys.ts'

const keys = (key: string, change: Partial<KeyboardEvent> = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...change,
})

test('a focused message is deleted, archived and marked read by the keys that its buttons name', () => {
  expect(actionOfKey(keys('Delete'), 'Linux')).toBe('delete')
  expect(actionOfKey(keys('Backspace'), 'MacIntel')).toBe('delete')
  expect(actionOfKey(keys('e', { ctrlKey: true }), 'Linux')).toBe('archive')
  expect(actionOfKey(keys('I', { metaKey: true }), 'MacIntel')).toBe('read')
  expect(isUndo(keys('z', { ctrlKey: true }))).toBe(true)
  expect(SHORTCUTS.archive.shown('MacIntel')).toBe('⌘E')
  expect(SHORTCUTS.archive.shown('Win32')).toBe('Ctrl+E')
})

test('no letter alone does anything, nor a key with more keys', () => {
  for (const key of ['e', 'i', 'z', 'Backspace', 'Enter']) expect(actionOfKey(keys(key), 'Linux')).toBe(null)
  expect(actionOfKey(keys('Delete', { shiftKey: true }), 'Linux')).toBe(null)
  expect(actionOfKey(keys('e', { ctrlKey: true, shiftKey: true }), 'Linux')).toBe(null)
  expect(isUndo(keys('z', { ctrlKey: true, shiftKey: true }))).toBe(false)
})

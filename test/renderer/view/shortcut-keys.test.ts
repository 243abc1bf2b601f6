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

test('the keys in the tooltips delete, archive and mark read the focused message', () => {
  expect(actionOfKey(keys('Delete'), 'Linux')).toBe('delete')
  expect(actionOfKey(keys('Backspace'), 'MacIntel')).toBe('delete')
  expect(actionOfKey(keys('e', { ctrlKey: true }), 'Linux')).toBe('archive')
  expect(actionOfKey(keys('I', { metaKey: true }), 'MacIntel')).toBe('read')
  expect(isUndo(keys('z', { ctrlKey: true }))).toBe(true)
  expect(SHORTCUTS.archive.shown('MacIntel')).toBe('⌘E')
  expect(SHORTCUTS.archive.shown('Win32')).toBe('Ctrl+E')
})

test('a letter alone does nothing, nor does a key with further modifiers', () => {
  for (const key of ['e', 'i', 'z', 'Backspace', 'Enter']) expect(actionOfKey(keys(key), 'Linux')).toBe(null)
  expect(actionOfKey(keys('Delete', { shiftKey: true }), 'Linux')).toBe(null)
  expect(actionOfKey(keys('e', { ctrlKey: true, shiftKey: true }), 'Linux')).toBe(null)
  expect(isUndo(keys('z', { ctrlKey: true, shiftKey: true }))).toBe(false)
})

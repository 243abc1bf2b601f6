import { describe, expect, test } from 'vitest'
import { acceleratorOf, type Pressed, shownShortcut } from '../../../renderer/view/shortcut.ts'

describe('a shortcut', () => {
  const press = (change: Partial<Pressed>): Pressed => ({
    key: 'm',
    code: 'KeyM',
    ctrlKey: false,
    altKey: false,
    shiftKey: false,
    metaKey: false,
    ...change,
  })

  test.each([
    [{ ctrlKey: true, altKey: true }, 'linux', 'Control+Alt+M', 'Ctrl+Alt+M'],
    [{ metaKey: true, shiftKey: true, key: 'M' }, 'darwin', 'Shift+Command+M', '⇧⌘M'],
    [{ metaKey: true }, 'win32', 'Super+M', 'Super+M'],
    // A French keyboard has another layout, and a Korean input method types other letters.
    [{ ctrlKey: true, key: 'a', code: 'KeyQ' }, 'linux', 'Control+A', 'Ctrl+A'],
    [{ ctrlKey: true, key: 'ㅡ', code: 'KeyM' }, 'linux', 'Control+M', 'Ctrl+M'],
    [{ key: 'F9', code: 'F9' }, 'linux', 'F9', 'F9'],
    [{ altKey: true, key: ' ', code: 'Space' }, 'linux', 'Alt+Space', 'Alt+Space'],
    [{ ctrlKey: true, key: '1', code: 'Digit1' }, 'linux', 'Control+1', 'Ctrl+1'],
  ] as const)('of %j on %s is %s', (change, platform, accelerator, shown) => {
    expect(acceleratorOf(press(change), platform)).toBe(accelerator)
    expect(shownShortcut(accelerator, platform)).toBe(shown)
  })

  test.each([{}, { shiftKey: true, key: 'M' }, { ctrlKey: true, key: 'Dead', code: 'IntlBackslash' }, { key: 'Enter', code: 'Enter' }])(
    'is none of %j, which people type',
    (change) => expect(acceleratorOf(press(change), 'linux')).toBeNull(),
  )
})

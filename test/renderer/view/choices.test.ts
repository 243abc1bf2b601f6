import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Scope } from '../../../common/protocol/bridge.ts'
import { isLeftOut } from '../../../common/model/scopes.ts'
import { countedOf, withAccount, withFolder } from '../../../renderer/view/counted.ts'
import { passphraseError } from '../../../renderer/view/passphrase-draft.ts'
import { acceleratorOf, type Pressed, shownShortcut } from '../../../renderer/view/shortcut.ts'
import { senderOf } from '../../../renderer/view/vips.ts'

const isFolderCounted = (notCounted: readonly Scope[], scope: Scope): boolean => !isLeftOut(notCounted, scope)
const FOLDERS = ['INBOX', 'Lists', '회의']
const ACCOUNT: Scope = { server: 'local', account: 'a' }
const folder = (name: string): Scope => ({ ...ACCOUNT, folder: name })

describe('what counts', () => {
  test('everything, until something is left out', () => {
    expect(countedOf([], ACCOUNT)).toBe('all')
    expect(isFolderCounted([], folder('INBOX'))).toBe(true)
  })

  test('a folder that is left out makes a part of its account, and an account that is left out has no folder', () => {
    const without = withFolder([], folder('Lists'), FOLDERS, false)
    expect(countedOf(without, ACCOUNT)).toBe('some')
    expect(isFolderCounted(withAccount(without, ACCOUNT, false), folder('INBOX'))).toBe(false)
    expect(withAccount(without, ACCOUNT, true)).toEqual([])
  })

  test('any clicks give the boxes that were clicked last, and touch no other account', () => {
    const other: Scope = { server: 'local', account: 'b', folder: 'INBOX' }
    const click = fc.record({ name: fc.constantFrom(null, ...FOLDERS), counts: fc.boolean() })
    fc.assert(
      fc.property(fc.array(click, { maxLength: 20 }), (clicks) => {
        let notCounted: Scope[] = [other]
        const expected = new Map(FOLDERS.map((name) => [name, true]))
        for (const { name, counts } of clicks) {
          const shown = name === null ? null : isFolderCounted(notCounted, folder(name))
          // A box that shows what is clicked for is not clicked.
          if (shown === counts) continue
          notCounted = name === null ? withAccount(notCounted, ACCOUNT, counts) : withFolder(notCounted, folder(name), FOLDERS, counts)
          for (const one of name === null ? FOLDERS : [name]) expected.set(one, counts)
        }
        expect(FOLDERS.map((name) => isFolderCounted(notCounted, folder(name)))).toEqual([...expected.values()])
        expect(notCounted).toContainEqual(other)
      }),
    )
  })
})

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
    // A French keyboard has its letters elsewhere, a Korean input method types other ones.
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

test('a sender is an address or a domain, whatever the size of its letters', () => {
  expect([' Kim@Example.org ', '@example.org', 'kim', '@', 'a b@c.d', 'kim@host', ''].map(senderOf)).toEqual([
    'kim@example.org',
    '@example.org',
    null,
    null,
    null,
    null,
    null,
  ])
})

test('a passphrase is long enough, and typed twice alike', () => {
  const draft = { current: '', passphrase: '1234567', repeated: '12345678' }
  expect(passphraseError(draft, 'passphrase', false)).toBe('needLongPassphrase')
  expect(passphraseError(draft, 'repeated', false)).toBe('needSamePassphrase')
  expect(passphraseError(draft, 'current', true)).toBe('needPassphrase')
  expect(passphraseError({ ...draft, passphrase: '12345678' }, 'repeated', false)).toBeUndefined()
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isLeftOut } from '../../../common/model/silence/scopes.ts'
import type { Scope } from '../../../common/protocol/settings.ts'
import { countedOf, withAccount, withCounted, withFolder } from '../../../renderer/view/counted.ts'

const isFolderCounted = (notCounted: readonly Scope[], scope: Scope): boolean => !isLeftOut(notCounted, scope)
const FOLDERS = ['INBOX', 'Lists', '회의']
const ACCOUNT: Scope = { server: 'local', account: 'a' }
const folder = (name: string): Scope => ({ ...ACCOUNT, folder: name })

describe('the tree of what counts', () => {
  test('counts everything by default', () => {
    expect(countedOf([], ACCOUNT)).toBe('all')
    expect(isFolderCounted([], folder('INBOX'))).toBe(true)
  })

  test('shows an account with an excluded folder as partly counted, and an excluded account without folders', () => {
    const without = withFolder([], folder('Lists'), FOLDERS, false)
    expect(countedOf(without, ACCOUNT)).toBe('some')
    expect(isFolderCounted(withAccount(without, ACCOUNT, false), folder('INBOX'))).toBe(false)
    expect(withAccount(without, ACCOUNT, true)).toEqual([])
  })

  test('over any clicks, shows the last state of each box, and changes no other account', () => {
    const other: Scope = { server: 'local', account: 'b', folder: 'INBOX' }
    const click = fc.record({ name: fc.constantFrom(null, ...FOLDERS), counts: fc.boolean() })
    fc.assert(
      fc.property(fc.array(click, { maxLength: 20 }), (clicks) => {
        let notCounted: Scope[] = [other]
        const expected = new Map(FOLDERS.map((name) => [name, true]))
        for (const { name, counts } of clicks) {
          const shown = name === null ? null : isFolderCounted(notCounted, folder(name))
          // A box that already has this state is not clicked.
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

const account = { server: 'local', account: 'a' }
const inbox = { ...account, folder: 'INBOX' }

test('counts an excluded scope again, and nothing else with it', () => {
  const out = withCounted(withCounted([], inbox, false), account, false)
  expect(isLeftOut(out, { ...account, folder: 'other' })).toBe(true)
  expect(withCounted(out, account, true)).toEqual([inbox])
  expect(isLeftOut([inbox], account)).toBe(false)
  expect(withCounted([inbox], inbox, false)).toEqual([inbox])
})

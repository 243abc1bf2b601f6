import { describe, expect, test } from 'vitest'
import { menuAt, type MenuGroup, nextItem } from '../../../renderer/view/menu.ts'

const onSelect = (): void => undefined
const FOLDERS: readonly MenuGroup[] = [{ items: [{ kind: 'action', id: 'inbox', text: 'Inbox', onSelect }] }]
const MENU: readonly MenuGroup[] = [
  { items: [{ kind: 'action', id: 'read', text: 'Mark all as read', onSelect }] },
  { label: 'More', items: [{ kind: 'menu', id: 'folders', text: 'Folders', groups: FOLDERS }] },
]

describe('a menu', () => {
  test('is replaced by the menu of one of its items', () => {
    expect(menuAt(MENU, [])).toEqual({ title: null, groups: MENU })
    expect(menuAt(MENU, ['folders'])).toEqual({ title: 'Folders', groups: FOLDERS })
  })

  test('is shown again when the item of an inner menu disappears', () => {
    expect(menuAt(MENU, ['folders', 'gone'])).toEqual({ title: 'Folders', groups: FOLDERS })
    expect(menuAt(MENU, ['gone'])).toEqual({ title: null, groups: MENU })
  })

  const texts = ['For 10 minutes', 'For 1 hour', 'Until tomorrow', '다시 켤 때까지']
  test.each([
    ['ArrowDown', 0, 1],
    ['ArrowDown', 3, 0],
    ['ArrowDown', -1, 0],
    ['ArrowUp', 0, 3],
    ['ArrowUp', -1, 3],
    ['Home', 2, 0],
    ['End', 0, 3],
    ['f', 0, 1],
    ['f', 1, 0],
    ['U', 0, 2],
    ['다', 0, 3],
    ['x', 0, null],
    [' ', 0, null],
    ['Enter', 0, null],
  ])('moves the focus with %j from item %i to %j', (key, from, to) => {
    expect(nextItem(key, from, texts)).toBe(to)
  })

  test('without items moves nothing', () => {
    expect(nextItem('ArrowDown', -1, [])).toBeNull()
  })
})

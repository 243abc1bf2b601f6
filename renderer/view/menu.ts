/** What a menu contains, and where its keys move the focus. */

interface Item {
  /** Unique in its menu. */
  readonly id: string
  readonly text: string
  /** Why it can't be chosen now. */
  readonly disabled?: string | null
}

export type MenuItem =
  | (Item & { readonly kind: 'action'; readonly danger?: boolean; readonly onSelect: () => void })
  | (Item & { readonly kind: 'checkbox' | 'radio'; readonly checked: boolean; readonly onSelect: () => void })
  | (Item & { readonly kind: 'menu'; readonly groups: readonly MenuGroup[] })

export interface MenuGroup {
  /** Shown above the items. */
  readonly label?: string
  readonly items: readonly MenuItem[]
}

interface MenuView {
  /** Of the item that led to it; null for the outermost. */
  readonly title: string | null
  readonly groups: readonly MenuGroup[]
}

/** The menu at a path of items; where an item of the path is gone, the menu around it. */
export function menuAt(groups: readonly MenuGroup[], path: readonly string[], title: string | null = null): MenuView {
  const [first, ...rest] = path
  const item = groups.flatMap(({ items }) => items).find(({ id }) => id === first)
  return item?.kind === 'menu' ? menuAt(item.groups, rest, item.text) : { title, groups }
}

/**
 * Where a key moves the focus; null if it moves nothing. A letter moves to the next item that begins with it.
 * @param index of the item with the focus; -1 if none has it
 */
export function nextItem(key: string, index: number, texts: readonly string[]): number | null {
  const { length } = texts
  if (length === 0) return null
  if (key === 'ArrowDown') return (index + 1) % length
  if (key === 'ArrowUp') return (Math.max(index, 0) + length - 1) % length
  if (key === 'Home') return 0
  if (key === 'End') return length - 1
  if (key === ' ' || [...key].length !== 1) return null
  const order = texts.map((_, step) => (index + 1 + step) % length)
  return order.find((at) => texts[at]?.trim().toLowerCase().startsWith(key.toLowerCase())) ?? null
}

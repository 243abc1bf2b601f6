/** Menus, which record their items and can be clicked. */
import type { Menu as ElectronMenu, MenuItemConstructorOptions } from 'electron'
import type { Shown, ShownMenuItem } from './process/calls.ts'

let applicationMenu: Shown['applicationMenu'] = 'default'
export const shownApplicationMenu = (): Shown['applicationMenu'] => applicationMenu

export class HostMenu {
  readonly items: readonly MenuItemConstructorOptions[]

  constructor(items: readonly MenuItemConstructorOptions[] = []) {
    this.items = items
  }
  static buildFromTemplate(template: readonly MenuItemConstructorOptions[]): HostMenu {
    return new HostMenu(template)
  }
  static setApplicationMenu(menu: HostMenu | null): void {
    applicationMenu = menu === null ? 'none' : 'own'
  }
}
HostMenu satisfies Record<keyof Pick<typeof ElectronMenu, 'buildFromTemplate' | 'setApplicationMenu'>, unknown>

export const shownItems = (menu: HostMenu | null): readonly ShownMenuItem[] =>
  allItems(menu?.items ?? [])
    .filter(({ visible }) => visible !== false)
    .map(({ type, label, enabled }) => ({ type: type ?? 'normal', label: label ?? '', enabled: enabled ?? true }))

/** False if the menu has no such item that can be clicked. */
export function clickItem(menu: HostMenu | null, label: string): boolean {
  const item = allItems(menu?.items ?? []).find((candidate) => candidate.label === label)
  if (!item?.click || item.enabled === false) return false
  ;(item.click as () => void)()
  return true
}

/** Includes the items of submenus. */
const allItems = (items: readonly MenuItemConstructorOptions[]): readonly MenuItemConstructorOptions[] =>
  items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? allItems(item.submenu) : [])])

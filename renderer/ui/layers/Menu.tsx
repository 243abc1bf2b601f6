/**
 * A button with a menu of actions (ARIA Authoring Practices, menu button): arrow keys, Home, End and the first letter move,
 * Escape and Tab close. A menu inside the menu takes its place, so that it fits into the smallest window.
 */
import type { ComponentChildren, RefObject } from 'preact'
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { type MenuGroup, type MenuItem, menuAt, nextItem } from '../../view/menu.ts'
import { IconButton } from '../controls/Button.tsx'
import { BackIcon, CheckIcon, NextIcon } from '../controls/icons.tsx'
import { Layer } from './Layer.tsx'
import './Menu.css'

interface MenuButtonProps {
  readonly label: string
  readonly icon: ComponentChildren
  readonly groups: readonly MenuGroup[]
  readonly small?: boolean
  readonly opener?: RefObject<HTMLButtonElement | null>
}

export function MenuButton({ label, icon, groups, small = false, opener: given }: MenuButtonProps) {
  const id = useId()
  const own = useRef<HTMLButtonElement>(null)
  const opener = given ?? own
  const [opened, setOpened] = useState<'first' | 'last' | null>(null)
  return (
    <>
      <IconButton
        small={small}
        label={label}
        buttonRef={opener}
        aria-haspopup="menu"
        aria-expanded={opened !== null}
        aria-controls={opened === null ? undefined : id}
        onClick={() => setOpened(opened === null ? 'first' : null)}
        onKeyDown={(event) => {
          if (opened !== null || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return
          event.preventDefault()
          event.stopPropagation()
          setOpened(event.key === 'ArrowDown' ? 'first' : 'last')
        }}
      >
        {icon}
      </IconButton>
      {opened !== null && <Menu id={id} label={label} groups={groups} opener={opener} at={opened} onClose={() => setOpened(null)} />}
    </>
  )
}

interface MenuProps extends Pick<MenuButtonProps, 'label' | 'groups'> {
  readonly id: string
  readonly opener: RefObject<HTMLButtonElement | null>
  /** The item that gets the focus. */
  readonly at: 'first' | 'last'
  readonly onClose: () => void
}

function Menu({ id, label, groups: root, opener, at, onClose }: MenuProps) {
  const layer = useRef<HTMLDivElement>(null)
  /** Of the menus inside the menu, from the outermost. */
  const [path, setPath] = useState<readonly string[]>([])
  /** The item that gets the focus when the path changes; null is the first or last. */
  const target = useRef<string | null>(null)
  const { title, groups } = menuAt(root, path)

  const itemElements = (): HTMLElement[] => [...(layer.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])]

  useLayoutEffect(() => {
    const all = itemElements()
    const wanted = all.find(({ dataset }) => dataset['item'] === target.current)
    const first = path.length === 0 && target.current === null ? all.at(at === 'first' ? 0 : -1) : all[Math.min(1, all.length - 1)]
    const focused = wanted ?? first
    focused?.focus({ preventScroll: path.length > 0 })
  }, [path, at])

  const close = (): void => {
    opener.current?.focus()
    onClose()
  }
  const enter = (item: string): void => {
    target.current = null
    setPath([...path, item])
  }
  const goBack = (): void => {
    target.current = path.at(-1) ?? null
    setPath(path.slice(0, -1))
  }
  const select = (item: MenuItem, staysOpen: boolean): void => {
    if (item.disabled) return
    if (item.kind === 'menu') return enter(item.id)
    if (!staysOpen) close()
    item.onSelect()
  }

  function onKeyDown(event: KeyboardEvent): void {
    const all = itemElements()
    const index = all.findIndex((element) => element === document.activeElement)
    const inside = groups.flatMap(({ items }) => items).find((item) => item.id === all[index]?.dataset['item'])
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    const next = nextItem(
      event.key,
      index,
      all.map(({ textContent }) => textContent ?? ''),
    )
    if (event.key === 'Tab') return close()
    if (next !== null) all[next]?.focus()
    else if (event.key === 'ArrowRight' && inside?.kind === 'menu') enter(inside.id)
    else if (event.key === 'ArrowLeft' && path.length > 0) goBack()
    else if (event.key === ' ' && inside) select(inside, inside.kind === 'checkbox' || inside.kind === 'radio')
    else if (event.key === 'Enter' || event.key === ' ') return
    event.preventDefault()
  }

  return (
    <Layer id={id} opener={opener} role="menu" label={title ?? label} onClose={onClose} onKeyDown={onKeyDown} layerRef={layer}>
      {title !== null && (
        <button type="button" class="menu-item menu-back" role="menuitem" tabIndex={-1} onClick={goBack}>
          <BackIcon />
          <bdi>{title}</bdi>
        </button>
      )}
      {groups.map((group, index) => (
        // A group has no other identity.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={`${path.length} ${index}`} class="menu-group" role="group" aria-label={group.label}>
          {group.label !== undefined && (
            <p class="menu-label" aria-hidden="true">
              {group.label}
            </p>
          )}
          {group.items.map((item) => (
            <MenuItemButton key={item.id} item={item} onSelect={() => select(item, false)} />
          ))}
        </div>
      ))}
    </Layer>
  )
}

const ROLES = { action: 'menuitem', menu: 'menuitem', checkbox: 'menuitemcheckbox', radio: 'menuitemradio' } as const

function MenuItemButton({ item, onSelect }: { readonly item: MenuItem; readonly onSelect: () => void }) {
  const reason = useId()
  const hasMark = item.kind === 'checkbox' || item.kind === 'radio'
  return (
    <button
      type="button"
      class={item.kind === 'action' && item.danger ? 'menu-item danger' : 'menu-item'}
      role={ROLES[item.kind]}
      tabIndex={-1}
      data-item={item.id}
      aria-checked={hasMark ? item.checked : undefined}
      aria-haspopup={item.kind === 'menu' ? 'menu' : undefined}
      aria-disabled={item.disabled ? true : undefined}
      aria-describedby={item.disabled ? reason : undefined}
      onPointerMove={({ currentTarget }) => currentTarget.focus({ preventScroll: true })}
      onClick={onSelect}
    >
      {hasMark && <span class="menu-mark">{item.checked && <CheckIcon />}</span>}
      <span class="menu-text">
        <bdi>{item.text}</bdi>
        {item.disabled && (
          <span class="menu-reason" id={reason}>
            {item.disabled}
          </span>
        )}
      </span>
      {item.kind === 'menu' && <NextIcon />}
    </button>
  )
}

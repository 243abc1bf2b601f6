/** Moves the focus between rows: with the arrow keys, to the next row when one disappears, and to a row that comes back. */
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { MessageAction } from '../../../common/protocol/wire.ts'

/** The link comes before the actions; the error of a row is neither. */
const FOCUSABLE = 'a.subject, [data-action]'

/** @param keys of the rows, in their order */
export function useListFocus(keys: readonly string[]) {
  const section = useRef<HTMLElement>(null)
  const acted = useRef<{ readonly key: string; readonly index: number; readonly action: MessageAction } | null>(null)
  const restored = useRef<string | null>(null)

  function focusRow(index: number, action: string | undefined): void {
    const row = section.current?.querySelectorAll('.message')[index]
    const sameButton = action === undefined ? null : row?.querySelector<HTMLElement>(`[data-action=${action}]`)
    const target = sameButton ?? row?.querySelector<HTMLElement>(FOCUSABLE) ?? section.current?.querySelector<HTMLElement>('h2')
    target?.focus()
  }

  useLayoutEffect(() => {
    if (restored.current !== null && keys.includes(restored.current)) {
      const index = keys.indexOf(restored.current)
      restored.current = null
      focusRow(index, acted.current?.action)
    }
    if (acted.current === null || keys.includes(acted.current.key)) return
    const { index, action } = acted.current
    acted.current = null
    if (document.activeElement === document.body) focusRow(Math.min(index, keys.length - 1), action)
  })

  return {
    section,
    onAction(key: string, action: MessageAction): void {
      acted.current = { key, index: keys.indexOf(key), action }
    },
    /** Only when the undo toast has the focus, which disappears with it: elsewhere the focus stays. */
    onUndo(back: readonly string[]): void {
      if (document.activeElement?.closest('.toast')) restored.current = back[0] ?? null
    },
    onKeyDown(event: KeyboardEvent): void {
      const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
      if (step === 0 || event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof HTMLElement)) return
      const rows = [...(section.current?.querySelectorAll('.message') ?? [])]
      const next = rows.findIndex((row) => event.target instanceof Node && row.contains(event.target)) + step
      if (next < 0 || next >= rows.length) return
      event.preventDefault()
      focusRow(next, event.target.closest<HTMLElement>('[data-action]')?.dataset['action'])
    },
  }
}

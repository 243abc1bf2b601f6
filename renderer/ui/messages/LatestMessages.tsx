/** The latest unread messages of all accounts. */
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { MessageAction } from '../../../common/protocol/wire.ts'
import type { PendingActions } from '../../view/pending-actions.ts'
import { isUndo } from '../../view/shortcut-keys.ts'
import type { MessageLine } from '../../view/messages.ts'
import { useUi } from '../controls/context.ts'
import { useDocumentEvent } from '../controls/use-document-event.ts'
import { MessageRow } from './MessageRow.tsx'
import { UndoBar } from './UndoBar.tsx'

interface LatestMessagesProps {
  readonly messages: readonly MessageLine[]
  readonly showAccount: boolean
  readonly opensInProgram: boolean
  readonly actions: PendingActions
}

export function LatestMessages({ messages: all, showAccount, opensInProgram, actions }: LatestMessagesProps) {
  const { words } = useUi()
  const { removed, failed } = actions.view
  const messages = all.filter(({ key }) => !removed.has(key))
  const focus = useListFocus(messages.map(({ key }) => key))
  const undo = (): void => focus.onUndo(actions.undo())

  useDocumentEvent('keydown', (event) => {
    const isTyping = event.target instanceof Element && event.target.matches('input, textarea')
    if (!isUndo(event) || isTyping || actions.view.pending.length === 0) return
    event.preventDefault()
    undo()
  })

  return (
    <section class="latest" aria-labelledby="latest" ref={focus.section}>
      <div class="section-head">
        <h2 id="latest" tabIndex={-1}>
          {words.t('latest')}
        </h2>
      </div>
      {messages.length === 0 ? (
        <p class="plain panel">{words.t('allRead')}</p>
      ) : (
        <ul class="messages panel" onKeyDown={focus.onKeyDown}>
          {messages.map((message, index) => (
            <MessageRow
              key={message.key}
              message={message}
              showAccount={showAccount}
              opensInProgram={opensInProgram}
              failed={failed.get(message.key)}
              onAction={(action) => {
                focus.onAction(index, action)
                actions.add({ key: message.key, at: message.at, action })
              }}
            />
          ))}
        </ul>
      )}
      <UndoBar actions={actions} onUndo={undo} />
    </section>
  )
}

const FOCUSABLE = 'a, button'

/** Moves the focus between rows: with the arrow keys, to the next row when one disappears, and to a row that comes back. */
function useListFocus(keys: readonly string[]) {
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
    onAction(index: number, action: MessageAction): void {
      acted.current = { key: keys[index] ?? '', index, action }
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

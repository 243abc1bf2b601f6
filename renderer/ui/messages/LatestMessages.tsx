/** The newest unread mails of all accounts. */
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { MessageAction } from '../../../common/protocol/wire.ts'
import type { PendingActions } from '../../view/pending-actions.ts'
import { isUndo } from '../../view/shortcut-keys.ts'
import type { MessageLine } from '../../view/messages.ts'
import { useUi } from '../context.ts'
import { MessageRow } from './MessageRow.tsx'
import { UndoBar } from './UndoBar.tsx'

interface LatestMailsProps {
  readonly mails: readonly MessageLine[]
  readonly showAccount: boolean
  readonly opensInProgram: boolean
  readonly acts: PendingActions
}

export function LatestMessages({ mails: all, showAccount, opensInProgram, acts }: LatestMailsProps) {
  const { words } = useUi()
  const { removed, failed } = acts.view
  const mails = all.filter(({ key }) => !removed.has(key))
  const { section, onAct, onBack, onArrow } = useListFocus(mails.map(({ key }) => key))
  const undo = (): void => onBack(acts.undo())

  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const writes = event.target instanceof Element && event.target.matches('input, textarea')
      if (!isUndo(event) || writes || acts.view.pending.length === 0) return
      event.preventDefault()
      undo()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  })

  return (
    <section class="latest" aria-labelledby="latest" ref={section}>
      <div class="section-head">
        <h2 id="latest" tabIndex={-1}>
          {words.t('latest')}
        </h2>
      </div>
      {mails.length === 0 ? (
        <p class="plain panel">{words.t('allRead')}</p>
      ) : (
        <ul class="mails panel" onKeyDown={onArrow}>
          {mails.map((mail, index) => (
            <MessageRow
              key={mail.key}
              mail={mail}
              showAccount={showAccount}
              opensInProgram={opensInProgram}
              failed={failed.get(mail.key)}
              onAct={(action) => {
                onAct(index, action)
                acts.add({ key: mail.key, at: mail.at, action })
              }}
            />
          ))}
        </ul>
      )}
      <UndoBar acts={acts} onUndo={undo} />
    </section>
  )
}

const FOCUSABLE = 'a, button'

/** The keyboard goes from row to row: by the arrows, to the next one when one goes, and back to one that comes back. */
function useListFocus(keys: readonly string[]) {
  const section = useRef<HTMLElement>(null)
  const leaving = useRef<{ readonly key: string; readonly index: number; readonly action: MessageAction } | null>(null)
  const coming = useRef<string | null>(null)

  function focusRow(index: number, action: string | undefined): void {
    const row = section.current?.querySelectorAll('.mail')[index]
    const same = action === undefined ? null : row?.querySelector<HTMLElement>(`[data-action=${action}]`)
    const target = same ?? row?.querySelector<HTMLElement>(FOCUSABLE) ?? section.current?.querySelector<HTMLElement>('h2')
    target?.focus()
  }

  useLayoutEffect(() => {
    if (coming.current !== null && keys.includes(coming.current)) {
      const index = keys.indexOf(coming.current)
      coming.current = null
      focusRow(index, leaving.current?.action)
    }
    if (leaving.current === null || keys.includes(leaving.current.key)) return
    const { index, action } = leaving.current
    leaving.current = null
    if (document.activeElement === document.body) focusRow(Math.min(index, keys.length - 1), action)
  })

  return {
    section,
    onAct(index: number, action: MessageAction): void {
      leaving.current = { key: keys[index] ?? '', index, action }
    },
    /** Only where the bar has the focus, which goes with it: elsewhere nobody is moved. */
    onBack(back: readonly string[]): void {
      if (document.activeElement?.closest('.undo')) coming.current = back[0] ?? null
    },
    onArrow(event: KeyboardEvent): void {
      const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
      if (step === 0 || event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof HTMLElement)) return
      const rows = [...(section.current?.querySelectorAll('.mail') ?? [])]
      const to = rows.findIndex((row) => event.target instanceof Node && row.contains(event.target)) + step
      if (to < 0 || to >= rows.length) return
      event.preventDefault()
      focusRow(to, event.target.closest<HTMLElement>('[data-action]')?.dataset['action'])
    },
  }
}

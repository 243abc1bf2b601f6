/** What was just done to messages, with a button to undo it. The pointer or the focus on it stops the time (WCAG 2.2.1). */
import type { Words } from '../../../common/words/words.ts'
import type { PendingAction, PendingActions } from '../../view/pending-actions.ts'
import { useUi } from '../controls/context.ts'
import { Button } from '../controls/Button.tsx'
import './UndoBar.css'

/** Empty if nothing is pending. */
export function pendingText(pending: readonly PendingAction[], words: Words): string {
  const [first] = pending
  if (!first) return ''
  const isOneAction = pending.every(({ action }) => action === first.action)
  return words.t(`done.${isOneAction ? first.action : 'several'}`, { count: pending.length })
}

export function UndoBar({ actions, onUndo }: { readonly actions: PendingActions; readonly onUndo: () => void }) {
  const { words } = useUi()
  const { pending } = actions.view
  if (pending.length === 0) return null
  return (
    <div
      class="undo"
      role="group"
      aria-label={words.t('undo')}
      onPointerEnter={actions.pause}
      onPointerLeave={actions.resume}
      onFocusIn={actions.pause}
      onFocusOut={actions.resume}
    >
      <p>{pendingText(pending, words)}</p>
      <Button text={words.t('undo')} aria-keyshortcuts="Control+Z Meta+Z" onClick={onUndo} />
    </div>
  )
}

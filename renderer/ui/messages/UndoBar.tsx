/** What was just done to messages, with a button to undo it. The pointer or the focus on it stops the time (WCAG 2.2.1). */
import type { MessageAction } from '../../../common/protocol/wire.ts'
import type { PluralKey, Words } from '../../../common/words/words.ts'
import type { PendingAction, PendingActions } from '../../view/pending-actions.ts'
import { useUi } from '../controls/context.ts'
import './UndoBar.css'

const DONE = { read: 'doneRead', archive: 'doneArchive', delete: 'doneDelete' } as const satisfies Record<MessageAction, PluralKey>

/** Empty where nothing is pending. */
export function pendingText(pending: readonly PendingAction[], words: Words): string {
  const [first] = pending
  if (!first) return ''
  const isOneAction = pending.every(({ action }) => action === first.action)
  return words.t(isOneAction ? DONE[first.action] : 'doneSeveral', { count: pending.length })
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
      <button type="button" class="button" aria-keyshortcuts="Control+Z Meta+Z" onClick={onUndo}>
        {words.t('undo')}
      </button>
    </div>
  )
}

/** What was just done to messages, with a button to undo it. */
import type { Words } from '../../../common/words/words.ts'
import type { PendingAction, PendingActions } from '../../view/pending-actions.ts'
import { useUi } from '../controls/context.ts'
import { Toast } from '../layers/Toast.tsx'

/** Empty if nothing is pending. */
export function pendingText(pending: readonly PendingAction[], words: Words): string {
  if (pending.length === 0) return ''
  const kinds = new Set(pending.map(({ action }) => (action === 'read-all' ? 'read' : action)))
  const [only] = kinds
  const count = pending.reduce((sum, each) => sum + (each.action === 'read-all' ? (each.unread ?? 1) : 1), 0)
  return words.t(`done.${kinds.size === 1 && only ? only : 'several'}`, { count })
}

export function UndoBar({ actions, onUndo }: { readonly actions: PendingActions; readonly onUndo: () => void }) {
  const { words } = useUi()
  const { pending } = actions.view
  if (pending.length === 0) return null
  return (
    <Toast
      text={pendingText(pending, words)}
      action={words.t('undo')}
      shortcuts="Control+Z Meta+Z"
      onAction={onUndo}
      onPause={actions.pause}
      onResume={actions.resume}
      onDismiss={actions.runNow}
    />
  )
}

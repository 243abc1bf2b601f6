/** What was just done to mails, and the way back. Its time stands still while somebody is at it (WCAG 2.2.1). */
import type { MessageAction } from '../../../common/protocol/wire.ts'
import type { PendingAction, PendingActions } from '../../view/pending-actions.ts'
import type { PluralKey } from '../../../common/words/words.ts'
import type { Words } from '../../../common/words/words.ts'
import { useUi } from '../context.ts'
import './UndoBar.css'

const DONE_WORDS = { read: 'doneRead', archive: 'doneArchive', delete: 'doneDelete' } as const satisfies Record<MessageAction, PluralKey>

export function heldWords(held: readonly PendingAction[], words: Words): string {
  const [first] = held
  if (!first) return ''
  const same = held.every(({ action }) => action === first.action)
  return words.t(same ? DONE_WORDS[first.action] : 'doneSeveral', { count: held.length })
}

export function UndoBar({ acts, onUndo }: { readonly acts: PendingActions; readonly onUndo: () => void }) {
  const { words } = useUi()
  const { pending } = acts.view
  if (pending.length === 0) return null
  return (
    <div
      class="undo"
      role="group"
      aria-label={words.t('undo')}
      onPointerEnter={acts.pause}
      onPointerLeave={acts.resume}
      onFocusIn={acts.pause}
      onFocusOut={acts.resume}
    >
      <p>{heldWords(pending, words)}</p>
      <button type="button" class="button" aria-keyshortcuts="Control+Z Meta+Z" onClick={onUndo}>
        {words.t('undo')}
      </button>
    </div>
  )
}

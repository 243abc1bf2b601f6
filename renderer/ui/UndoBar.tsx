/** What was just done to mails, and the way back. Its time stands still while somebody is at it (WCAG 2.2.1). */
import type { MailAction } from '../../server/protocol.ts'
import type { HeldAct, HeldActs } from '../view/held-acts.ts'
import type { PluralKey } from '../words/keys.ts'
import type { Words } from '../words/words.ts'
import { useSurroundings } from './context.ts'

const DONE_WORDS = { read: 'didRead', archive: 'didArchive', delete: 'didDelete' } as const satisfies Record<MailAction, PluralKey>

export function heldWords(held: readonly HeldAct[], words: Words): string {
  const [first] = held
  if (!first) return ''
  const same = held.every(({ action }) => action === first.action)
  return words.t(same ? DONE_WORDS[first.action] : 'didSeveral', { count: held.length })
}

export function UndoBar({ acts, onUndo }: { readonly acts: HeldActs; readonly onUndo: () => void }) {
  const { words } = useSurroundings()
  const { held } = acts.view
  if (held.length === 0) return null
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
      <p>{heldWords(held, words)}</p>
      <button type="button" class="button" aria-keyshortcuts="Control+Z Meta+Z" onClick={onUndo}>
        {words.t('undo')}
      </button>
    </div>
  )
}

/** What a link asks for: nothing happens before the user confirms, because any page can contain such a link. */
import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import { useUi } from '../controls/context.ts'
import { Breakable } from '../controls/Breakable.tsx'
import { Button } from '../controls/Button.tsx'
import { ErrorMessage } from '../controls/ErrorMessage.tsx'
import { useDocumentEvent } from '../controls/use-document-event.ts'
import { useRequest } from '../controls/use-request.ts'
import './LinkQuestion.css'

interface LinkQuestionProps {
  readonly title: string
  /** The address that it is about. */
  readonly address: string
  readonly help: string
  readonly declineText: string
  readonly onDecline: () => void
  readonly acceptText: string
  readonly accept: () => Promise<Outcome>
}

export function LinkQuestion({ title, address, help, declineText, onDecline, acceptText, accept }: LinkQuestionProps) {
  const { words } = useUi()
  const heading = useRef<HTMLHeadingElement>(null)
  const { busy, error, run, clearError } = useRequest()

  // Another link may replace this one: an error belongs to one link.
  useLayoutEffect(() => {
    clearError()
    heading.current?.focus()
  }, [address, help])

  // Captured, so that Escape does not also reach the view below.
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return
    event.preventDefault()
    onDecline()
  }
  useDocumentEvent('keydown', onKey, true)

  return (
    <main class="link-question">
      <h1 tabIndex={-1} ref={heading}>
        <Breakable text={title} />
      </h1>
      <p>
        <Breakable text={address} />
      </p>
      <p class="intro">{help}</p>
      <ErrorMessage error={error} />
      <div class="buttons">
        <Button text={declineText} onClick={onDecline} />
        <Button
          text={busy ? words.t('linkConnecting') : acceptText}
          class="button primary"
          aria-disabled={busy}
          onClick={() => void run(accept)}
        />
      </div>
    </main>
  )
}

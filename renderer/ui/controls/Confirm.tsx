/** A button for an action that cannot be undone: it is replaced by a confirmation first. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import { useUi } from './context.ts'
import { Button } from './Button.tsx'
import { ErrorMessage } from './ErrorMessage.tsx'
import { useRequest } from './use-request.ts'

interface ConfirmProps {
  /** The text on the button that does it. */
  readonly action: string
  /** The text on the first button, if it is not `action`. */
  readonly opener?: string
  /** The name of the first button, if its text alone does not say what it is about. */
  readonly label?: string
  readonly question: string
  readonly run: () => Promise<Outcome>
}

export function Confirm({ action, opener = action, label = opener, question, run }: ConfirmProps) {
  const { words } = useUi()
  const request = useRequest()
  const [isOpen, setOpen] = useState(false)
  const openerButton = useRef<HTMLButtonElement>(null)
  const cancelButton = useRef<HTMLButtonElement>(null)
  const wasOpen = useRef(false)

  useLayoutEffect(() => {
    if (isOpen) cancelButton.current?.focus()
    else if (wasOpen.current) openerButton.current?.focus()
    wasOpen.current = isOpen
  }, [isOpen])

  const close = (): void => {
    setOpen(false)
    request.clearError()
  }
  const confirm = async (): Promise<void> => {
    if (!(await request.run(run))) return
    // The item disappears, and this button with it.
    wasOpen.current = false
    document.querySelector<HTMLElement>('h1')?.focus()
    close()
  }

  if (!isOpen) {
    return <Button text={opener} class="text-button" buttonRef={openerButton} label={label} title={label} onClick={() => setOpen(true)} />
  }
  return (
    <div
      class="confirm"
      role="group"
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        close()
      }}
    >
      <p>{question}</p>
      <ErrorMessage error={request.error} />
      <div class="buttons">
        <Button text={words.t('cancel')} buttonRef={cancelButton} onClick={close} />
        <Button
          text={request.busy ? words.t('working') : action}
          class="button danger"
          aria-disabled={request.busy}
          onClick={() => void confirm()}
        />
      </div>
    </div>
  )
}

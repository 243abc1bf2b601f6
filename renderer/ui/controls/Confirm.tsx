/** A button that asks, in its place, before it does what cannot be taken back. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import { settle, useUi } from '../context.ts'
import { OutcomeWords } from './OutcomeWords.tsx'

interface ConfirmProps {
  /** What the button is for, with the name of what it acts on. */
  readonly label: string
  readonly action: string
  /** What the button says before it has asked, where that is not `action`. */
  readonly opens?: string
  readonly question: string
  readonly run: () => Promise<Outcome>
}

export function Confirm({ label, action, opens = action, question, run }: ConfirmProps) {
  const { words } = useUi()
  const [asking, setAsking] = useState(false)
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<Outcome | null>(null)
  const opener = useRef<HTMLButtonElement>(null)
  const cancel = useRef<HTMLButtonElement>(null)
  const asked = useRef(false)

  useLayoutEffect(() => {
    if (asking) cancel.current?.focus()
    else if (asked.current) opener.current?.focus()
    asked.current = asking
  }, [asking])

  const close = (): void => {
    setAsking(false)
    setFailed(null)
  }
  const go = async (): Promise<void> => {
    if (busy) return
    setBusy(true)
    const outcome = await settle(run())
    setBusy(false)
    if (!outcome.ok) return setFailed(outcome)
    // What was acted on is about to go, and this button with it.
    asked.current = false
    document.querySelector<HTMLElement>('h1')?.focus()
    close()
  }

  if (!asking) {
    return (
      <button type="button" class="quiet" ref={opener} aria-label={label} title={label} onClick={() => setAsking(true)}>
        {opens}
      </button>
    )
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
      {failed && <OutcomeWords outcome={failed} />}
      <div class="buttons">
        <button type="button" class="button" ref={cancel} onClick={close}>
          {words.t('cancel')}
        </button>
        <button type="button" class="button danger" aria-disabled={busy} onClick={() => void go()}>
          {busy ? words.t('working') : action}
        </button>
      </div>
    </div>
  )
}

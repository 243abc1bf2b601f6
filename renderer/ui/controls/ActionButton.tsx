/** A button that sends a request, and shows its result or error. */
import { useState } from 'preact/hooks'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import { useUi } from './context.ts'
import { Button } from './Button.tsx'
import { ErrorMessage } from './ErrorMessage.tsx'
import { useRequest } from './use-request.ts'
import './ActionButton.css'

interface ActionButtonProps<Result> {
  readonly label: string
  readonly run: () => Promise<Outcome<Result>>
  /** The text for a result; null shows none. */
  readonly resultText?: (result: { readonly ok: true } & Result) => string | null
  readonly primary?: boolean
}

export function ActionButton<Result>({ label, run, resultText, primary = false }: ActionButtonProps<Result>) {
  const { words } = useUi()
  const request = useRequest()
  const [text, setText] = useState('')
  const send = async (): Promise<void> => {
    setText('')
    const result = await request.run(run)
    if (result) setText(resultText?.(result) ?? '')
  }
  return (
    <div class="action">
      <Button
        text={request.busy ? words.t('working') : label}
        class={primary ? 'button primary' : 'button'}
        aria-disabled={request.busy}
        onClick={() => void send()}
      />
      <p role="status">{text}</p>
      <ErrorMessage error={request.error} />
    </div>
  )
}

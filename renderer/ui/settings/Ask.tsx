/** A button that asks for something, and says how it went. */
import { useState } from 'preact/hooks'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import { settle, useUi } from '../context.ts'
import { Failure } from './Failure.tsx'

interface AskProps<Answer extends Outcome> {
  readonly label: string
  readonly run: () => Promise<Answer>
  /** What is said of an answer that is no failure; null says nothing. */
  readonly said?: (answer: Extract<Answer, { ok: true }>) => string | null
  readonly primary?: boolean
}

export function Ask<Answer extends Outcome>({ label, run, said, primary = false }: AskProps<Answer>) {
  const { words } = useUi()
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<Outcome | null>(null)
  const [word, setWord] = useState('')
  const go = async (): Promise<void> => {
    if (busy) return
    setBusy(true)
    setWord('')
    const asked = run()
    const outcome = await settle(asked)
    setFailed(outcome.ok ? null : outcome)
    const answer = outcome.ok ? await asked : null
    if (answer?.ok && said) setWord(said(answer as Extract<Answer, { ok: true }>) ?? '')
    setBusy(false)
  }
  return (
    <div class="ask">
      <button type="button" class={primary ? 'button primary' : 'button'} aria-disabled={busy} onClick={() => void go()}>
        {busy ? words.t('working') : label}
      </button>
      <p role="status">{word}</p>
      <Failure outcome={failed} />
    </div>
  )
}

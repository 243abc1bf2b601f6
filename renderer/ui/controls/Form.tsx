/** The parts of a form: a labelled field with its help and its error, and the frame with its busy state. */
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import { settle, useUi } from '../context.ts'
import { OutcomeWords } from './OutcomeWords.tsx'
import './Form.css'

/** What a control must carry, so that its help and error are read with it. */
interface ControlProps {
  readonly id: string
  readonly name: string
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': 'true' | undefined
}

interface FieldProps {
  readonly name: string
  readonly label: string
  readonly help?: string | undefined
  readonly error?: string | undefined
  readonly class?: string
  readonly children: (control: ControlProps) => ComponentChildren
}

export function Field({ name, label, help, error, class: extra = '', children }: FieldProps) {
  const id = `field-${name}`
  const described = [error && `${id}-error`, help && `${id}-help`].filter(Boolean).join(' ')
  return (
    <div class={`field ${extra}`}>
      <label for={id}>{label}</label>
      {children({ id, name, 'aria-describedby': described || undefined, 'aria-invalid': error ? 'true' : undefined })}
      {error && (
        <p id={`${id}-error`} class="field-error">
          {error}
        </p>
      )}
      {help && (
        <p id={`${id}-help`} class="help">
          {help}
        </p>
      )}
    </div>
  )
}

type Failed = Extract<Outcome, { ok: false }>

interface FormProps<Name extends string> {
  readonly submit: string
  readonly submitting: string
  readonly fields: readonly Name[]
  readonly faultAt: (name: Name) => string | undefined
  /** Looks at what was typed: what to do, or null where something is wrong with it. */
  readonly start: () => Promise<Outcome> | null
  readonly onDone: () => void
  /** What is shown while the answer is awaited. */
  readonly waiting?: ComponentChildren
  /** What is said of a failure, instead of its words alone; `retry` asks for something else at once. */
  readonly failure?: (outcome: Failed, retry: (start: () => Promise<Outcome>) => void) => ComponentChildren
  readonly children: (errorAt: (name: Name) => string | undefined) => ComponentChildren
}

/** Errors show after the first try and then follow the typing; the first field with one gets the focus. */
export function Form<Name extends string>({
  submit,
  submitting,
  fields,
  faultAt,
  start,
  onDone,
  waiting,
  failure,
  children,
}: FormProps<Name>) {
  const { words } = useUi()
  const form = useRef<HTMLFormElement>(null)
  const [tried, setTried] = useState(0)
  const [busy, setBusy] = useState(false)
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const failedField = outcome && !outcome.ok ? fields.find((name) => name === outcome.field) : undefined
  const failedWords =
    failedField !== undefined && outcome && !outcome.ok && outcome.code === 'invalid'
      ? (outcome.detail ?? words.t('errorInvalid'))
      : undefined
  const errorAt = (name: Name): string | undefined =>
    (tried > 0 ? faultAt(name) : undefined) ?? (name === failedField ? failedWords : undefined)

  useLayoutEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [tried])

  const go = async (begin: () => Promise<Outcome> | null): Promise<void> => {
    if (busy) return
    const request = begin()
    setOutcome(null)
    if (request) {
      setBusy(true)
      const result = await settle(request)
      setBusy(false)
      if (result.ok) return onDone()
      setOutcome(result)
    }
    setTried((count) => count + 1)
  }

  return (
    <form
      ref={form}
      noValidate
      aria-busy={busy}
      onSubmit={(event) => {
        event.preventDefault()
        void go(start)
      }}
    >
      {children(errorAt)}
      {busy && waiting}
      {outcome &&
        !outcome.ok &&
        failedWords === undefined &&
        (failure?.(outcome, (begin) => void go(begin)) ?? <OutcomeWords outcome={outcome} />)}
      <button type="submit" class="button primary" aria-disabled={busy}>
        {busy ? submitting : submit}
      </button>
    </form>
  )
}

/** The frame of a form, with its errors and its busy state. */
import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Outcome, RequestError } from '../../../common/protocol/outcome.ts'
import type { FieldErrors } from '../../view/forms/field-errors.ts'
import { useUi } from './context.ts'
import { Button } from './Button.tsx'
import { ErrorMessage } from './ErrorMessage.tsx'
import { useRequest } from './use-request.ts'

/** The props that every field of a form has. */
export type FieldOf<Name extends string> = (name: Name) => { readonly name: Name; readonly error: string | undefined }

interface FormProps<Name extends string> {
  readonly submit: string
  readonly submitting: string
  readonly errors: FieldErrors<Name>
  /** Called only if no field has an error. */
  readonly send: () => Promise<Outcome>
  readonly onDone: () => void
  /** A request that is under way already when the form opens, instead of one that the user sends. */
  readonly resume?: (() => Promise<Outcome>) | null
  /** Shown while the request is under way. */
  readonly progress?: ComponentChildren
  /** Shown instead of the error's text; `retry` sends another request at once. */
  readonly renderError?: (error: RequestError, retry: (send: () => Promise<Outcome>) => void) => ComponentChildren
  readonly children: (field: FieldOf<Name>) => ComponentChildren
}

/** Errors appear with the first try and then follow the typing; the first field with one gets the focus. */
export function Form<Name extends string>(props: FormProps<Name>) {
  const { submit, submitting, errors, send, onDone, resume = null, progress, renderError, children } = props
  const { words } = useUi()
  const form = useRef<HTMLFormElement>(null)
  const submitButton = useRef<HTMLButtonElement>(null)
  const result = useRef<HTMLDivElement>(null)
  const [tries, setTries] = useState(0)
  const { busy, error, run, clearError } = useRequest()
  // What the result shows may be replaced: the focus in it then goes to the button.
  const wasInResult = result.current?.contains(document.activeElement) ?? false
  useLayoutEffect(() => {
    if (wasInResult && document.activeElement === document.body) submitButton.current?.focus()
  })
  const isAtField = error?.code === 'invalid' && error.field !== undefined && error.field in errors
  const field: FieldOf<Name> = (name) => {
    const typedError = tries > 0 && errors[name]
    const sentError = isAtField && name === error.field ? (error.detail ?? words.t('error.invalid')) : undefined
    return { name, error: typedError ? words.t(typedError) : sentError }
  }

  useLayoutEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [tries])
  // It may be below the end of a small window.
  useLayoutEffect(() => {
    if (busy || error) result.current?.scrollIntoView({ block: 'nearest' })
  }, [busy, error])

  useEffect(() => {
    if (resume) void run(resume).then((done) => done && onDone())
  }, [])

  const start = async (request: () => Promise<Outcome>): Promise<void> => {
    if (busy) return
    clearError()
    const isValid = !Object.values(errors).some(Boolean)
    if (isValid && (await run(request))) return onDone()
    setTries((count) => count + 1)
  }

  return (
    <form
      ref={form}
      noValidate
      aria-busy={busy}
      onSubmit={(event) => {
        event.preventDefault()
        void start(send)
      }}
    >
      {children(field)}
      <Button text={busy ? submitting : submit} type="submit" class="button primary" buttonRef={submitButton} aria-disabled={busy} />
      <div ref={result} class="result">
        {busy && progress}
        {error && !isAtField && (renderError?.(error, (retry) => void start(retry)) ?? <ErrorMessage error={error} />)}
      </div>
    </form>
  )
}

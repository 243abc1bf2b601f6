/** The frame of a form, with its errors and its busy state. */
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Outcome, RequestError } from '../../../common/protocol/outcome.ts'
import { useUi } from './context.ts'
import { Button } from './Button.tsx'
import { ErrorMessage } from './ErrorMessage.tsx'
import { useRequest } from './use-request.ts'

interface FormProps<Name extends string> {
  readonly submit: string
  readonly submitting: string
  readonly fields: readonly Name[]
  /** What is wrong with what was typed in a field. */
  readonly validate: (name: Name) => string | undefined
  /** Null where a field is not valid. */
  readonly send: () => Promise<Outcome> | null
  readonly onDone: () => void
  /** Shown while the request is under way. */
  readonly progress?: ComponentChildren
  /** Shown instead of the error's text; `retry` sends another request at once. */
  readonly renderError?: (error: RequestError, retry: (send: () => Promise<Outcome>) => void) => ComponentChildren
  readonly children: (errorAt: (name: Name) => string | undefined) => ComponentChildren
}

/** Errors appear with the first try and then follow the typing; the first field with one gets the focus. */
export function Form<Name extends string>(props: FormProps<Name>) {
  const { submit, submitting, fields, validate, send, onDone, progress, renderError, children } = props
  const { words } = useUi()
  const form = useRef<HTMLFormElement>(null)
  const [tries, setTries] = useState(0)
  const { busy, error, run, clearError } = useRequest()
  const failedField = error ? fields.find((name) => name === error.field) : undefined
  const fieldError = error && failedField !== undefined && error.code === 'invalid' ? (error.detail ?? words.t('error.invalid')) : undefined
  const errorAt = (name: Name): string | undefined =>
    (tries > 0 ? validate(name) : undefined) ?? (name === failedField ? fieldError : undefined)

  useLayoutEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [tries])

  const start = async (begin: () => Promise<Outcome> | null): Promise<void> => {
    if (busy) return
    const request = begin()
    clearError()
    if (request && (await run(() => request))) return onDone()
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
      {children(errorAt)}
      {busy && progress}
      {error && fieldError === undefined && (renderError?.(error, (begin) => void start(begin)) ?? <ErrorMessage error={error} />)}
      <Button text={busy ? submitting : submit} type="submit" class="button primary" aria-disabled={busy} />
    </form>
  )
}

/** Shows the toasts of the whole window. Control+Z presses the button of the one that is shown. */
import { type ComponentChildren, createContext } from 'preact'
import { useContext, useEffect, useMemo, useState } from 'preact/hooks'
import { schedule } from '../../../client/clock.ts'
import type { Outcome } from '../../../common/protocol/outcome.ts'
import { isUndo } from '../../view/shortcut-keys.ts'
import { createToasts, type Toast as ToastView, type Toasts } from '../../view/toasts.ts'
import { outcomeOf, useUi } from '../controls/context.ts'
import { Toast } from './Toast.tsx'
import { useDocumentEvent } from '../controls/use-document-event.ts'

const ToastContext = createContext<Toasts | null>(null)
export const ToastProvider = ToastContext.Provider

/** Of the window that it provides them for. */
export const useCreatedToasts = (): Toasts => useMemo(() => createToasts(schedule), [])

function useToasts(): Toasts {
  const toasts = useContext(ToastContext)
  if (toasts === null) throw new Error('This component needs a ToastProvider around it.')
  return toasts
}

/** Shows a toast. */
export const useToast = (): ((toast: ToastView) => void) => useToasts().show

/** The toast that is shown; the component renders again with each. */
export function useShownToast(): ToastView | null {
  const toasts = useToasts()
  const [shown, setShown] = useState(toasts.shown)
  useEffect(() => toasts.onChange(() => setShown(toasts.shown)), [toasts])
  return shown
}

/** Before another try: dismisses the error of the last one. */
export function useDismissError(): () => void {
  const toasts = useToasts()
  return () => void (toasts.shown?.isError && toasts.dismiss())
}

/** For requests that have no place of their own for an error: the error is a toast. */
export function useToastedRequest(): <Result>(request: Promise<Outcome<Result>>) => Promise<Outcome<Result>> {
  const { words } = useUi()
  const toasts = useToasts()
  const dismissError = useDismissError()
  return async (request) => {
    dismissError()
    const outcome = await outcomeOf(request)
    if (!outcome.ok) toasts.show({ text: words.error(outcome), isError: true })
    return outcome
  }
}

interface ToasterProps {
  /** Another toast is shown in its place, and its time waits. */
  readonly isCovered: boolean
  /** Shown while there is no other. */
  readonly standing: ComponentChildren
}

export function Toaster({ isCovered, standing }: ToasterProps) {
  const { pause, resume, dismiss } = useToasts()
  const shown = useShownToast()
  useEffect(() => (isCovered ? pause() : resume()), [isCovered, pause, resume])
  const act = (): void => {
    dismiss()
    shown?.action?.run()
  }
  useDocumentEvent('keydown', (event) => {
    const isTyping = event.target instanceof Element && event.target.matches('input, textarea')
    if (!isUndo(event) || isTyping || isCovered || !shown?.action) return
    event.preventDefault()
    act()
  })
  if (isCovered) return null
  if (shown === null) return <>{standing}</>
  return (
    <Toast
      key={shown.text}
      text={shown.text}
      action={shown.action?.text}
      shortcuts="Control+Z Meta+Z"
      onAction={act}
      onPause={pause}
      onResume={resume}
      onDismiss={dismiss}
    />
  )
}

/**
 * A short message over the bottom of the page, with a button. The pointer or the focus on it stops its time (WCAG 2.2.1),
 * and Escape closes it. The announcer reads it.
 */
import { useLayoutEffect, useRef } from 'preact/hooks'
import { Button, IconButton } from '../controls/Button.tsx'
import { useUi } from '../controls/context.ts'
import { CloseIcon } from '../controls/icons.tsx'
import { layerKind, showOnTop } from './top-layer.ts'
import './Toast.css'

interface ToastProps {
  readonly text: string
  readonly action?: string | undefined
  readonly shortcuts?: string
  readonly onAction: () => void
  readonly onPause?: () => void
  readonly onResume?: () => void
  readonly onDismiss: () => void
  /** It has a button to close it, because time does not. */
  readonly closes?: boolean
}

export function Toast({ text, action, shortcuts, onAction, onPause, onResume, onDismiss, closes = false }: ToastProps) {
  const { words } = useUi()
  const layer = useRef<HTMLDivElement>(null)
  /** What had the focus before the toast: it gets it back. */
  const before = useRef<EventTarget | null>(null)
  useLayoutEffect(() => {
    const shown = layer.current
    if (shown) showOnTop(shown)
    return () => {
      const { current } = before
      const hasFocus = shown?.contains(document.activeElement) === true
      if (hasFocus && current instanceof HTMLElement && current.isConnected) current.focus()
    }
  }, [])
  return (
    <div
      ref={layer}
      class="toast"
      popover={layerKind()}
      role="group"
      aria-label={text}
      onPointerEnter={onPause}
      onPointerLeave={onResume}
      onFocusIn={({ relatedTarget }) => {
        before.current = relatedTarget
        onPause?.()
      }}
      onFocusOut={onResume}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        onDismiss()
      }}
    >
      <p>{text}</p>
      {action !== undefined && <Button text={action} class="toast-button" aria-keyshortcuts={shortcuts} onClick={onAction} />}
      {closes && (
        <IconButton small label={words.t('dismiss')} onClick={onDismiss}>
          <CloseIcon />
        </IconButton>
      )}
    </div>
  )
}

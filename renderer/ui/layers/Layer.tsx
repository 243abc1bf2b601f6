/**
 * A layer above the page that belongs to a button: it moves nothing, and closes with Escape, with a press elsewhere and with
 * the window. It lies in the browser's top layer (`popover`); in an older browser, in the page with a high z-index.
 */
import type { ComponentChildren, RefObject } from 'preact'
import { useLayoutEffect } from 'preact/hooks'
import { placeLayer } from '../../view/place-layer.ts'
import { layerKind, showOnTop } from './top-layer.ts'
import { useDocumentEvent } from '../controls/use-document-event.ts'
import './Layer.css'

interface LayerProps {
  readonly id: string
  readonly opener: RefObject<HTMLElement | null>
  readonly role: 'menu' | 'dialog'
  readonly label: string
  readonly onClose: () => void
  readonly onKeyDown?: (event: KeyboardEvent) => void
  readonly layerRef: RefObject<HTMLDivElement | null>
  /** It holds typed text: it stays while the window is hidden. */
  readonly isForm?: boolean
  readonly children: ComponentChildren
}

/** Rendered only while it is open. */
export function Layer({ id, opener, role, label, onClose, onKeyDown, layerRef, isForm = false, children }: LayerProps) {
  useLayoutEffect(() => {
    const layer = layerRef.current
    if (layer) return keepPlaced(layer, opener)
    return undefined
  }, [layerRef, opener])

  // Before any element: an Escape in a layer does not hide the window.
  useDocumentEvent(
    'keydown',
    (event) => {
      if (event.key !== 'Escape' || event.isComposing) return
      event.preventDefault()
      event.stopPropagation()
      opener.current?.focus()
      onClose()
    },
    true,
  )
  useDocumentEvent('pointerdown', ({ target }) => isOutside(target) && onClose(), true)
  useDocumentEvent('visibilitychange', () => !isForm && document.visibilityState === 'hidden' && onClose())

  // Safari reports no target for the focus on a button that was pressed.
  const isOutside = (target: EventTarget | null): boolean =>
    target instanceof Node && !layerRef.current?.contains(target) && !opener.current?.contains(target)

  return (
    <div
      id={id}
      ref={layerRef}
      class="layer"
      popover={layerKind()}
      role={role}
      aria-label={label}
      tabIndex={-1}
      onKeyDown={(event) => {
        // Nothing of the page below reacts.
        event.stopPropagation()
        onKeyDown?.(event)
      }}
      onFocusOut={({ relatedTarget }) => isOutside(relatedTarget) && onClose()}
    >
      {children}
    </div>
  )
}

/** Shows the layer at its button, and follows it. */
function keepPlaced(layer: HTMLElement, opener: RefObject<HTMLElement | null>): () => void {
  showOnTop(layer)
  const place = (): void => {
    const button = opener.current?.getBoundingClientRect()
    if (!button) return
    // The origin of its positions: a gutter for the scrollbar moves it.
    Object.assign(layer.style, { left: '0', top: '0', maxBlockSize: '' })
    const origin = layer.getBoundingClientRect()
    const { left, top, maxHeight } = placeLayer(button, origin, { width: window.innerWidth, height: window.innerHeight })
    Object.assign(layer.style, { left: `${left - origin.left}px`, top: `${top - origin.top}px`, maxBlockSize: `${maxHeight}px` })
  }
  place()
  const observer = new ResizeObserver(place)
  observer.observe(layer)
  window.addEventListener('resize', place)
  window.addEventListener('scroll', place)
  return () => {
    observer.disconnect()
    window.removeEventListener('resize', place)
    window.removeEventListener('scroll', place)
  }
}

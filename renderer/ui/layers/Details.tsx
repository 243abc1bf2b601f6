/** A line that may be cut, as a button: it opens the whole text in a layer. */
import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Layer } from './Layer.tsx'
import './Details.css'

interface DetailsProps {
  /** The name of the layer. */
  readonly label: string
  readonly line: ComponentChildren
  readonly class: string
  readonly children: ComponentChildren
}

export function Details({ label, line, class: look, children }: DetailsProps) {
  const id = useId()
  const opener = useRef<HTMLButtonElement>(null)
  const layer = useRef<HTMLDivElement>(null)
  const [isOpen, setOpen] = useState(false)
  useLayoutEffect(() => {
    if (isOpen) layer.current?.focus()
  }, [isOpen])
  return (
    <>
      <button
        type="button"
        ref={opener}
        class={`details-line ${look}`}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setOpen(!isOpen)}
      >
        {line}
      </button>
      {isOpen && (
        <Layer id={id} opener={opener} role="dialog" label={label} onClose={() => setOpen(false)} layerRef={layer}>
          {children}
        </Layer>
      )}
    </>
  )
}

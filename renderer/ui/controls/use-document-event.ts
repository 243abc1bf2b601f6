import { useLayoutEffect, useRef } from 'preact/hooks'

/** Calls the latest `listener` on each event of the document; with `capture`, before any element. */
export function useDocumentEvent<Type extends keyof DocumentEventMap>(
  type: Type,
  listener: (event: DocumentEventMap[Type]) => void,
  capture = false,
): void {
  const latest = useRef(listener)
  latest.current = listener
  useLayoutEffect(() => {
    const call = (event: DocumentEventMap[Type]): void => latest.current(event)
    document.addEventListener(type, call, capture)
    return () => document.removeEventListener(type, call, capture)
  }, [type, capture])
}

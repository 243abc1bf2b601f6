/** The focus in something that disappears goes to a button that is always there. */
import { useLayoutEffect, useRef } from 'preact/hooks'

/** In the header of every first view. */
export const settingsButton = (): HTMLElement | null => document.querySelector<HTMLElement>('#open-settings')

/** For the element that disappears. */
export function useFocusExit<Shown extends HTMLElement>() {
  const shown = useRef<Shown>(null)
  useLayoutEffect(
    () => () => {
      if (shown.current?.contains(document.activeElement)) settingsButton()?.focus()
    },
    [],
  )
  return shown
}

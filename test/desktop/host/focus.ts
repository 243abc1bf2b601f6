/** The keyboard focus, which the system also moves without the app. */

interface Focusable {
  focus(): void
  blur(): void
}

/** Windows of the app, each registered while it exists. */
export const focusable: Set<Focusable> = new Set()

/** Another program, a dialog or the taskbar gets the focus. */
export function takeFocus(): void {
  for (const window of focusable) window.blur()
}

/** Runs a modal dialog of the system; afterwards the window has the focus again. */
export async function withoutFocus<T>(run: () => T): Promise<T> {
  takeFocus()
  await new Promise((resolve) => setImmediate(resolve))
  for (const window of focusable) window.focus()
  return run()
}

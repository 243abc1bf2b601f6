/** The global shortcut, which shows or hides the window. */
import type { GlobalShortcut } from 'electron'

export type Shortcut = ReturnType<typeof createShortcut>

export function createShortcut(globalShortcut: Pick<GlobalShortcut, 'register' | 'unregister'>, onPress: () => void) {
  let registered: string | null = null

  function register(accelerator: string): boolean {
    try {
      return globalShortcut.register(accelerator, onPress)
    } catch {
      // Electron throws for a text that is no accelerator.
      return false
    }
  }

  /**
   * Replaces the present accelerator; null removes it.
   * @returns false if another program has the new one or the system does not know it: the present one then stays
   */
  function set(accelerator: string | null): boolean {
    if (accelerator === registered) return true
    if (accelerator !== null && !register(accelerator)) return false
    if (registered !== null) globalShortcut.unregister(registered)
    registered = accelerator
    return true
  }

  return { set, close: () => void set(null) }
}

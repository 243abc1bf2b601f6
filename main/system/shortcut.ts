/** The one shortcut that works wherever a person is: it shows the window, or hides it. */
import type { GlobalShortcut } from 'electron'

export interface Shortcut {
  /**
   * Takes this accelerator instead of the present one; null is none.
   * @returns false where the system gave it to somebody else or does not know it: the present one then stays
   */
  set(accelerator: string | null): boolean
  close(): void
}

export interface ShortcutDeps {
  readonly globalShortcut: Pick<GlobalShortcut, 'register' | 'unregister'>
  readonly onPress: () => void
}

export function createShortcut({ globalShortcut, onPress }: ShortcutDeps): Shortcut {
  let registered: string | null = null

  function register(accelerator: string): boolean {
    try {
      return globalShortcut.register(accelerator, onPress)
    } catch {
      // Thrown for a text that is no accelerator.
      return false
    }
  }

  return {
    set(accelerator) {
      if (accelerator === registered) return true
      if (accelerator !== null && !register(accelerator)) return false
      if (registered !== null) globalShortcut.unregister(registered)
      registered = accelerator
      return true
    },
    close() {
      if (registered !== null) globalShortcut.unregister(registered)
      registered = null
    },
  }
}

/** The one shortcut that works wherever a person is: it shows the window, or hides it. */
import type { GlobalShortcut } from 'electron'

export interface Shortcut {
  /**
   * Takes this accelerator instead of the present one; null is none.
   * @returns false where the system gave it to somebody else or does not know it: the present one then stays
   */
  take(accelerator: string | null): boolean
  close(): void
}

export interface ShortcutDeps {
  readonly globalShortcut: Pick<GlobalShortcut, 'register' | 'unregister'>
  readonly onPress: () => void
}

export function createShortcut({ globalShortcut, onPress }: ShortcutDeps): Shortcut {
  let held: string | null = null

  function register(accelerator: string): boolean {
    try {
      return globalShortcut.register(accelerator, onPress)
    } catch {
      // Thrown for a text that is no accelerator.
      return false
    }
  }

  return {
    take(accelerator) {
      if (accelerator === held) return true
      if (accelerator !== null && !register(accelerator)) return false
      if (held !== null) globalShortcut.unregister(held)
      held = accelerator
      return true
    },
    close() {
      if (held !== null) globalShortcut.unregister(held)
      held = null
    },
  }
}

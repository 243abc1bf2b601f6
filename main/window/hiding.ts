/** Pure: whether the window hides when it loses focus, and how long it stays in memory. */

export interface BlurContext {
  readonly platform: NodeJS.Platform
  /** `XDG_CURRENT_DESKTOP`, or ''. */
  readonly desktop: string
  /** No panel shows the icon that would bring the window back. */
  readonly isTrayMissing: boolean
  /** The user may fetch a password from another window and come back. */
  readonly hasDraft: boolean
  /** One of the app's dialogs, or the developer tools. */
  readonly hasDialog: boolean
  /** Milliseconds since it was shown. */
  readonly shownForMs: number
}

/**
 * Window managers that tile, or focus the window under the pointer: a window that hides on blur would disappear before it can
 * be used. There it is closed like any other window, or with Escape.
 */
const TILING = /^(?:i3|sway|hyprland|niri|river|bspwm|awesome|dwm|qtile|xmonad|herbstluftwm|leftwm|wayfire|spectrwm)$/i
/** Some window managers take the focus from a new window once. */
const FOCUS_SETTLES_MS = 200

export function hidesOnBlur({ platform, desktop, isTrayMissing, hasDraft, hasDialog, shownForMs }: BlurContext): boolean {
  if (isTrayMissing || hasDraft || hasDialog || shownForMs < FOCUS_SETTLES_MS) return false
  return platform !== 'linux' || !desktop.split(':').some((name) => TILING.test(name))
}

/** A window that was hidden this long is destroyed with its page, unless it has a draft. */
export const DESTROY_AFTER_MS = 5 * 60_000

/** Pure: whether the window hides when it loses the keyboard, and when it is let go. */

export interface BlurContext {
  readonly platform: NodeJS.Platform
  /** `XDG_CURRENT_DESKTOP`, or an empty text. */
  readonly desktop: string
  /** Something is typed in it: whoever fetches a password elsewhere comes back to it. */
  readonly hasDraft: boolean
  /** A dialog of ours, or the developer tools. */
  readonly hasDialog: boolean
  /** Milliseconds since it was shown. */
  readonly shownForMs: number
}

/**
 * Window managers that tile, or give the keyboard to whatever is under the pointer: there a window that hides when it
 * loses the keyboard is gone before anybody can use it. It is closed there as any other window is, or with Escape.
 */
const TILING = /^(?:i3|sway|hyprland|niri|river|bspwm|awesome|dwm|qtile|xmonad|herbstluftwm|leftwm|wayfire|spectrwm)$/i
/** The keyboard may still be on its way: some window managers take it from a new window once. */
const FOCUS_SETTLES_MS = 200

export function hidesOnBlur({ platform, desktop, hasDraft, hasDialog, shownForMs }: BlurContext): boolean {
  if (hasDraft || hasDialog || shownForMs < FOCUS_SETTLES_MS) return false
  return platform !== 'linux' || !desktop.split(':').some((name) => TILING.test(name))
}

/** A window that was hidden this long is let go with its page: an idle Mailbell is small. One with a draft is kept. */
export const DESTROY_AFTER_MS = 5 * 60_000

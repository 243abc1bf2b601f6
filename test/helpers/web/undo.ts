/** Longer than the time in which an action can be undone. */
export const UNDO_OVER_MS = 8_000

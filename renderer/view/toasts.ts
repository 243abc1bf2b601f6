/** Short messages over the page, one at a time: a new one replaces the last. The clock is passed in. */
import type { Schedule } from '../../common/async/clock.ts'

export interface Toast {
  readonly text: string
  /** Of a request that failed: the next request removes it. */
  readonly isError?: boolean
  readonly action?: { readonly text: string; readonly run: () => void }
}

/** Time to read it and to reach its button. */
export const TOAST_MS = 7_000

export type Toasts = ReturnType<typeof createToasts>

export function createToasts(schedule: Schedule) {
  const listeners = new Set<() => void>()
  let shown: Toast | null = null
  let isPaused = false
  let cancel: (() => void) | null = null

  function arm(): void {
    cancel?.()
    cancel = shown === null || isPaused ? null : schedule(dismiss, TOAST_MS)
  }

  function change(next: Toast | null): void {
    shown = next
    arm()
    for (const listener of listeners) listener()
  }

  function dismiss(): void {
    // Nothing resumes the time of a toast that has left.
    isPaused = false
    if (shown !== null) change(null)
  }

  return {
    get shown() {
      return shown
    },
    show: (toast: Toast): void => change(toast),
    dismiss,
    /** While it is read, or covered by another layer. */
    pause(): void {
      isPaused = true
      arm()
    },
    /** Its time starts again. */
    resume(): void {
      isPaused = false
      arm()
    },
    /** Calls `listener` after every change; returns a function that ends that. */
    onChange(listener: () => void): () => void {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

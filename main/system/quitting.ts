/** Quitting waits, once, until all parts have closed; the app stays alive without a window. */
import type { App } from 'electron'

export type Quitting = ReturnType<typeof handleQuit>

/** @param closeAll must settle and report its own errors */
export function handleQuit(app: Pick<App, 'on' | 'quit'>, closeAll: () => Promise<void>) {
  let phase: 'running' | 'closing' | 'closed' = 'running'

  /** Closes all parts and then calls `exit`, which ends the process in another way than `app.quit`. */
  function closeThen(exit: () => void): void {
    if (phase !== 'running') return
    phase = 'closing'
    void closeAll().finally(() => {
      phase = 'closed'
      exit()
    })
  }

  app.on('before-quit', (event) => {
    if (phase === 'closed') return
    event.preventDefault()
    closeThen(() => app.quit())
  })
  app.on('window-all-closed', () => undefined)
  return { closeThen }
}

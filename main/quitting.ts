/** Quitting waits, once, until everything has let go; the app lives on without a window. */
import type { App } from 'electron'

/** `shutDown` must settle; what it rejects with is left to it to tell. */
export function quitAfter(app: Pick<App, 'on' | 'quit'>, shutDown: () => Promise<void>): void {
  let phase: 'running' | 'closing' | 'closed' = 'running'
  app.on('before-quit', (event) => {
    if (phase === 'closed') return
    event.preventDefault()
    if (phase === 'closing') return
    phase = 'closing'
    void shutDown().finally(() => {
      phase = 'closed'
      app.quit()
    })
  })
  app.on('window-all-closed', () => undefined)
}

/** Quitting waits, once, until everything has let go; the app lives on without a window. */
import type { App } from 'electron'

/** `shutDown` must settle; what it rejects with is left to it to tell. `endWith` shuts down for another reason, then does `last`. */
export function createQuitHandler(app: Pick<App, 'on' | 'quit'>, shutDown: () => Promise<void>): { endWith(last: () => void): void } {
  let phase: 'running' | 'closing' | 'closed' = 'running'

  function endWith(last: () => void): void {
    if (phase !== 'running') return
    phase = 'closing'
    void shutDown().finally(() => {
      phase = 'closed'
      last()
    })
  }

  app.on('before-quit', (event) => {
    if (phase === 'closed') return
    event.preventDefault()
    endWith(() => app.quit())
  })
  app.on('window-all-closed', () => undefined)
  return { endWith }
}

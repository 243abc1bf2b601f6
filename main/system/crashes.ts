/** Parts that crash are made anew; that they did is told in the log each time, and to the person once in a run for each part. */
import type { App } from 'electron'
import type { CrashedPart } from '../../common/protocol/window-state.ts'
import type { Log } from './log.ts'
import type { ServerState } from '../servers/server-process.ts'
import type { AppState } from '../state.ts'

export interface Crashes {
  report(part: CrashedPart, detail: string): void
  /** Hears each state of the server: one that listens again was down. */
  onServerState(state: ServerState): void
}

export interface CrashesDeps {
  readonly app: Pick<App, 'on'>
  readonly process: { on(event: 'unhandledRejection' | 'uncaughtException', listener: (error: unknown) => void): unknown }
  readonly state: Pick<AppState, 'addNotice' | 'current'>
  readonly log: Log
}

export function watchCrashes({ app, process, state, log }: CrashesDeps): Crashes {
  const notified = new Set<CrashedPart>()
  let hasListened = false

  function addPart(part: CrashedPart): void {
    if (notified.has(part)) return
    notified.add(part)
    const shown = state.current.notices.flatMap((notice) => (notice.id === 'crashed' ? notice.parts : []))
    state.addNotice({ id: 'crashed', parts: [...shown, part] })
  }

  // Chromium starts it anew by itself, and gives up on the graphics card after some crashes.
  app.on('child-process-gone', (_event, { type, reason, exitCode }) => {
    if (type !== 'GPU' || reason === 'clean-exit') return
    log.error({ reason, exitCode }, 'the process for the graphics crashed')
    addPart('graphics')
  })
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'a promise was rejected, and nobody expected it'))
  // Without a listener Electron would stop everything behind a dialog.
  process.on('uncaughtException', (error) => log.error({ err: error }, 'an error was thrown, and nobody expected it'))

  return {
    report(part, detail) {
      log.error({ part, detail }, 'a part crashed')
      addPart(part)
    },
    onServerState({ phase }) {
      if (phase !== 'listening') return
      if (hasListened) addPart('server')
      hasListened = true
    },
  }
}

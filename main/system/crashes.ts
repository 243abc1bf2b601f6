/** Restarted parts after a crash: each crash is logged, and the user is notified once per part and run. */
import type { App } from 'electron'
import type { CrashedPart } from '../../common/protocol/window-state.ts'
import type { StateStore } from '../state/state.ts'
import type { Log } from './log.ts'

export type Crashes = ReturnType<typeof watchCrashes>

export interface CrashesDeps {
  readonly app: Pick<App, 'on'>
  readonly process: { on(event: 'unhandledRejection' | 'uncaughtException', listener: (error: unknown) => void): unknown }
  readonly state: Pick<StateStore, 'addNotice' | 'current'>
  readonly log: Log
}

export function watchCrashes({ app, process, state, log }: CrashesDeps) {
  const notified = new Set<CrashedPart>()
  let hasListened = false

  function addPart(part: CrashedPart): void {
    if (notified.has(part)) return
    notified.add(part)
    const shown = state.current.notices.flatMap((notice) => (notice.id === 'crashed' ? notice.parts : []))
    state.addNotice({ id: 'crashed', parts: [...shown, part] })
  }

  // Chromium restarts it by itself, and stops using the graphics card after some crashes.
  app.on('child-process-gone', (_event, { type, reason, exitCode }) => {
    if (type !== 'GPU' || reason === 'clean-exit') return
    log.error({ reason, exitCode }, 'the graphics process crashed')
    addPart('graphics')
  })
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'unhandled rejection'))
  // Without a listener Electron would stop the app with a dialog.
  process.on('uncaughtException', (error) => log.error({ err: error }, 'uncaught exception'))

  return {
    report(part: CrashedPart, detail: string): void {
      log.error({ part, detail }, 'a part crashed')
      addPart(part)
    },
    /** A server that listens for a second time in this run has crashed before. */
    onServerState({ phase }: { readonly phase: string }): void {
      if (phase !== 'listening') return
      if (hasListened) addPart('server')
      hasListened = true
    },
  }
}

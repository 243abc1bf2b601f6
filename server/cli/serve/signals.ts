/** What signals mean to a server that runs. */
import { closeSync, openSync } from 'node:fs'
import { constants } from 'node:os'
import { isatty } from 'node:tty'

interface SignalHandlers {
  readonly reload: () => void
  /** End in good order. */
  readonly end: () => void
  /** End without waiting for clients. */
  readonly hurry: () => void
}

const ENDING = ['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGBREAK'] as const
/** Programs that rotate logs send them; by default the first starts Node's debugger, and the second ends the process. */
const IGNORED = ['SIGUSR1', 'SIGUSR2'] as const

/** A terminal that is closed may end its shell first, and the session of the shell only after that. */
const SESSION_END_MS = 200

/**
 * The first signal to end ends in good order, the second one without waiting for clients, the third one at once. SIGHUP
 * reloads, unless it says that the terminal of this process was closed.
 */
function followSignals({ reload, end, hurry }: SignalHandlers): void {
  const hadTerminal = hasTerminal()
  let endings = 0

  function onEnding(signal: NodeJS.Signals): void {
    endings++
    if (endings === 1) end()
    else if (endings === 2) hurry()
    else process.exit(128 + constants.signals[signal])
  }

  for (const signal of ENDING) process.on(signal, onEnding)
  for (const signal of IGNORED) process.on(signal, () => undefined)
  process.on('SIGHUP', (signal) => {
    if (process.platform === 'win32') onEnding(signal)
    else if (hadTerminal) setTimeout(() => (hasTerminal() ? reload() : onEnding(signal)), SESSION_END_MS)
    else reload()
  })
}

export interface Signals {
  readonly ending: AbortSignal
  readonly hurried: Promise<void>
  readonly reload: () => void
  /** Takes what each reload calls, also those that were due before. */
  readonly onReload: (reload: () => void) => void
}

/** The signals from now on, also while the server starts. */
export function createSignals(): Signals {
  const ending = new AbortController()
  const hurried = Promise.withResolvers<void>()
  const started = Promise.withResolvers<() => void>()
  const reload = (): void => void started.promise.then((run) => run())
  followSignals({ reload, end: () => ending.abort(), hurry: hurried.resolve })
  return {
    ending: ending.signal,
    hurried: hurried.promise,
    reload,
    onReload: started.resolve,
  }
}

/**
 * SIGHUP by default ends a process, also one that is starting, for instance waiting for Redis. Call it first: until
 * `createSignals` the signal is only noted, and the result says whether it came.
 */
export function noteReloads(): () => boolean {
  let isDue = false
  const note = (): void => void (isDue = true)
  process.on('SIGHUP', note)
  return () => {
    process.off('SIGHUP', note)
    return isDue
  }
}

/** Whether input or output is a terminal, and its session has not ended (credentials(7)). */
function hasTerminal(): boolean {
  if (![0, 1, 2].some((fd) => isatty(fd))) return false
  try {
    closeSync(openSync('/dev/tty', 'r'))
    return true
  } catch {
    return false
  }
}

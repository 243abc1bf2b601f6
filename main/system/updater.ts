/** Checks for updates at the start and once a day, and shows the result in the window, never in a dialog. */
import { errorTextOf } from '../../common/errors.ts'
import type { Clock } from '../../common/async/clock.ts'
import { type Outcome, UNAVAILABLE } from '../../common/protocol/outcome.ts'
import type { UpdateState } from '../../common/protocol/window-state.ts'
import type { Log } from './log.ts'

/** The part of electron-updater that is used. */
export interface UpdateClient {
  autoDownload: boolean
  autoInstallOnAppQuit: boolean
  on(
    event: 'update-available' | 'update-not-available' | 'update-downloaded',
    listener: (info: { readonly version: string }) => void,
  ): unknown
  on(event: 'download-progress', listener: (progress: { readonly percent: number }) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  /** Null if it does not check at all; a download continues by itself. */
  checkForUpdates(): Promise<{ readonly downloadPromise?: Promise<unknown> | null } | null>
  quitAndInstall(silent: boolean, startAfter: boolean): void
}

export type Updater = ReturnType<typeof createUpdater>

const DAY_MS = 24 * 3_600_000
/** macOS copies and verifies the update before it ends the app. */
const INSTALL_MS = 60_000

export interface UpdaterDeps extends Clock {
  /** Epoch milliseconds, which are only shown. */
  readonly wallClock: () => number
  /** Null if this copy does not update itself. */
  readonly client: UpdateClient | null
  /** False if a package manager or the user installs updates. */
  readonly installs: boolean
  readonly log: Log
  readonly onState: (state: UpdateState) => void
}

export function createUpdater({ client, installs, log, now, wallClock, schedule, onState }: UpdaterDeps) {
  let state: UpdateState = client ? { phase: 'none', checkedAtMs: null } : { phase: 'off' }
  /** On the clock of `now`, and as it is shown. */
  let lastCheckMs: number | null = null
  let checkedAtMs: number | null = null
  let cancelScheduled: (() => void) | null = null

  function setState(next: UpdateState): void {
    state = next
    onState(next)
  }

  if (client) {
    client.autoDownload = installs
    // An update is installed at the restart that the user asks for, and at no other.
    client.autoInstallOnAppQuit = false
    client.on('update-not-available', () => setState({ phase: 'none', checkedAtMs }))
    client.on('update-available', ({ version }) =>
      setState(installs ? { phase: 'downloading', version, percent: 0 } : { phase: 'available', version }),
    )
    client.on('download-progress', ({ percent }) => {
      const wholePercent = Math.min(100, Math.max(0, Math.floor(percent)))
      // At most a hundred state changes.
      if (state.phase === 'downloading' && wholePercent > state.percent) setState({ ...state, percent: wholePercent })
    })
    client.on('update-downloaded', (downloaded) => setState({ phase: 'ready', version: downloaded.version }))
    client.on('error', (error) => {
      log.warn({ reason: error.message }, 'cannot check for updates or download them')
      if (state.phase === 'checking' || state.phase === 'downloading') setState({ phase: 'none', checkedAtMs })
    })
  }

  /** @throws the error that electron-updater also emits as an event */
  async function check(updates: UpdateClient): Promise<void> {
    lastCheckMs = now()
    checkedAtMs = wallClock()
    setState({ phase: 'checking' })
    const found = await updates.checkForUpdates()
    // Its error is emitted as an event.
    found?.downloadPromise?.catch(() => undefined)
    if (state.phase === 'checking') setState({ phase: 'none', checkedAtMs })
  }

  const isBusy = (): boolean => ['checking', 'downloading', 'ready'].includes(state.phase)

  /** Checks if the last check is a day old, and comes back when the next one is due. */
  function checkIfDue(): void {
    const leftMs = lastCheckMs === null ? 0 : lastCheckMs + DAY_MS - now()
    // Its error is emitted as an event.
    if (client && leftMs <= 0 && !isBusy()) check(client).catch(() => undefined)
    cancelScheduled?.()
    cancelScheduled = schedule(checkIfDue, leftMs > 0 ? leftMs : DAY_MS)
  }

  return {
    get state(): UpdateState {
      return state
    },
    /** Turns the daily check on or off; the first one runs at once, unless one ran within a day. */
    setDailyCheck(on: boolean): void {
      cancelScheduled?.()
      if (on && client) checkIfDue()
    },
    /** For the user: an error is shown. */
    async checkNow(): Promise<Outcome | void> {
      if (!client) return UNAVAILABLE
      if (isBusy()) return
      try {
        await check(client)
      } catch (error) {
        setState({ phase: 'failed', detail: errorTextOf(error) })
      }
    },
    /**
     * To be called once all other parts have closed.
     * @param onFailure called if the app still runs, because nothing was installed: it has no part left, and holds the lock
     */
    install(onFailure: () => void): void {
      let hasFailed = false
      const fail = (): void => {
        if (!hasFailed) onFailure()
        hasFailed = true
      }
      // electron-updater emits some errors; for others it only returns.
      client?.on('error', fail)
      schedule(fail, INSTALL_MS)
      client?.quitAndInstall(false, true)
    },
    close: () => cancelScheduled?.(),
  }
}

/** Updates: looked for at the start and once a day, told in the window, and never by a dialog. */
import type { UpdateState } from '../../common/protocol/window-state.ts'
import type { Outcome } from '../../common/protocol/outcome.ts'
import type { Log } from './log.ts'

/** What is used of electron-updater. */
export interface UpdateClient {
  autoDownload: boolean
  on(
    event: 'update-available' | 'update-not-available' | 'update-downloaded',
    listener: (info: { readonly version: string }) => void,
  ): unknown
  on(event: 'download-progress', listener: (progress: { readonly percent: number }) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  /** Null where it does not look at all; a download goes on by itself. */
  checkForUpdates(): Promise<{ readonly downloadPromise?: Promise<unknown> | null } | null>
  quitAndInstall(silent: boolean, startAfter: boolean): void
}

export interface Updater {
  readonly state: UpdateState
  /** Looks now where `on`, unless it was done within a day, and each day from then on; else never by itself. */
  setDailyCheck(on: boolean): void
  /** Because somebody asked: what fails is told. */
  checkNow(): Promise<Outcome>
  /** Call it once everything else has ended. */
  install(): void
  close(): void
}

export interface UpdaterDeps {
  /** Null where this copy is not updated from here. */
  readonly client: UpdateClient | null
  /** False where a package manager or the person installs what is found. */
  readonly installs: boolean
  readonly log: Log
  readonly now: () => number
  readonly schedule: (callback: () => void, ms: number) => () => void
  readonly onState: (state: UpdateState) => void
}

const DAY_MS = 24 * 3_600_000
const DONE: Outcome = { ok: true }

export function createUpdater({ client, installs, log, now, schedule, onState }: UpdaterDeps): Updater {
  let state: UpdateState = client ? { phase: 'none', checkedAtMs: null } : { phase: 'off' }
  let checkedAtMs: number | null = null
  let version = ''
  let cancelScheduled: (() => void) | null = null

  function setState(next: UpdateState): void {
    state = next
    onState(next)
  }

  if (client) {
    client.autoDownload = installs
    client.on('update-not-available', () => setState({ phase: 'none', checkedAtMs }))
    client.on('update-available', (found) => {
      version = found.version
      setState(installs ? { phase: 'downloading', version, percent: 0 } : { phase: 'available', version })
    })
    client.on('download-progress', ({ percent }) => {
      const wholePercent = Math.min(100, Math.max(0, Math.floor(percent)))
      // Told a hundred times at most.
      if (state.phase === 'downloading' && wholePercent > state.percent) setState({ ...state, percent: wholePercent })
    })
    client.on('update-downloaded', (got) => setState({ phase: 'ready', version: got.version }))
    client.on('error', (error) => {
      log.warn({ reason: error.message }, 'updates could not be looked for or downloaded')
      if (state.phase === 'checking' || state.phase === 'downloading') setState({ phase: 'none', checkedAtMs })
    })
  }

  /** @throws what electron-updater throws, which it tells as an event too */
  async function check(asked: UpdateClient): Promise<void> {
    checkedAtMs = now()
    setState({ phase: 'checking' })
    const found = await asked.checkForUpdates()
    // What fails in it is told as an event.
    found?.downloadPromise?.catch(() => undefined)
    if (state.phase === 'checking') setState({ phase: 'none', checkedAtMs })
  }

  const isBusy = (): boolean => ['checking', 'downloading', 'ready'].includes(state.phase)

  function scheduleCheck(): void {
    cancelScheduled?.()
    cancelScheduled = schedule(checkIfDue, Math.max(0, (checkedAtMs ?? now()) + DAY_MS - now()))
  }

  function checkIfDue(): void {
    // Told as an event.
    if (client && !isBusy()) check(client).catch(() => undefined)
    scheduleCheck()
  }

  return {
    get state() {
      return state
    },
    setDailyCheck(on) {
      cancelScheduled?.()
      cancelScheduled = null
      if (!on || !client) return
      if (checkedAtMs === null || now() - checkedAtMs >= DAY_MS) checkIfDue()
      else scheduleCheck()
    },
    async checkNow() {
      if (!client) return { ok: false, code: 'unavailable' }
      if (isBusy()) return DONE
      try {
        await check(client)
      } catch (error) {
        setState({ phase: 'failed', detail: error instanceof Error ? error.message : String(error) })
      }
      return DONE
    },
    install: () => client?.quitAndInstall(false, true),
    close: () => cancelScheduled?.(),
  }
}

/** Updates: looked for at the start and once a day, told in the window, and never by a dialog. */
import type { Outcome, UpdateState } from '../../common/protocol/bridge.ts'
import type { Log } from './log.ts'

/** What is used of electron-updater. */
export interface Updates {
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
  lookDaily(on: boolean): void
  /** Because somebody asked: what fails is told. */
  lookNow(): Promise<Outcome>
  /** Call it once everything else has ended. */
  install(): void
  close(): void
}

export interface UpdaterDeps {
  /** Null where this copy is not updated from here. */
  readonly updates: Updates | null
  /** False where a package manager or the person installs what is found. */
  readonly installs: boolean
  readonly log: Log
  readonly now: () => number
  readonly schedule: (callback: () => void, ms: number) => () => void
  readonly onState: (state: UpdateState) => void
}

const DAY_MS = 24 * 3_600_000
const DONE: Outcome = { ok: true }

export function createUpdater({ updates, installs, log, now, schedule, onState }: UpdaterDeps): Updater {
  let state: UpdateState = updates ? { phase: 'none', lookedAtMs: null } : { phase: 'off' }
  let lookedAtMs: number | null = null
  let version = ''
  let endWait: (() => void) | null = null

  function become(next: UpdateState): void {
    state = next
    onState(next)
  }

  if (updates) {
    updates.autoDownload = installs
    updates.on('update-not-available', () => become({ phase: 'none', lookedAtMs }))
    updates.on('update-available', (found) => {
      version = found.version
      become(installs ? { phase: 'downloading', version, percent: 0 } : { phase: 'available', version })
    })
    updates.on('download-progress', ({ percent }) => {
      const whole = Math.min(100, Math.max(0, Math.floor(percent)))
      // Told a hundred times at most.
      if (state.phase === 'downloading' && whole > state.percent) become({ ...state, percent: whole })
    })
    updates.on('update-downloaded', (got) => become({ phase: 'ready', version: got.version }))
    updates.on('error', (error) => {
      log.warn({ reason: error.message }, 'updates could not be looked for or downloaded')
      if (state.phase === 'looking' || state.phase === 'downloading') become({ phase: 'none', lookedAtMs })
    })
  }

  /** @throws what electron-updater throws, which it tells as an event too */
  async function look(asked: Updates): Promise<void> {
    lookedAtMs = now()
    become({ phase: 'looking' })
    const found = await asked.checkForUpdates()
    // What fails in it is told as an event.
    found?.downloadPromise?.catch(() => undefined)
    if (state.phase === 'looking') become({ phase: 'none', lookedAtMs })
  }

  const isUnderWay = (): boolean => ['looking', 'downloading', 'ready'].includes(state.phase)

  function wait(): void {
    endWait?.()
    endWait = schedule(lookIfDue, Math.max(0, (lookedAtMs ?? now()) + DAY_MS - now()))
  }

  function lookIfDue(): void {
    // Told as an event.
    if (updates && !isUnderWay()) look(updates).catch(() => undefined)
    wait()
  }

  return {
    get state() {
      return state
    },
    lookDaily(on) {
      endWait?.()
      endWait = null
      if (!on || !updates) return
      if (lookedAtMs === null || now() - lookedAtMs >= DAY_MS) lookIfDue()
      else wait()
    },
    async lookNow() {
      if (!updates) return { ok: false, code: 'unavailable' }
      if (isUnderWay()) return DONE
      try {
        await look(updates)
      } catch (error) {
        become({ phase: 'failed', detail: error instanceof Error ? error.message : String(error) })
      }
      return DONE
    },
    install: () => updates?.quitAndInstall(false, true),
    close: () => endWait?.(),
  }
}

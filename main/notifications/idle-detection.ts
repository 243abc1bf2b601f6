/** Whether the user is at the machine, as far as the system reports it. */
import type { PowerMonitor } from 'electron'
import type { IdleState } from './deferral.ts'

/** Seconds without input until the system reports "idle"; only "locked" matters here. */
const IDLE_SECONDS = 60

export function watchIdle(powerMonitor: Pick<PowerMonitor, 'getSystemIdleState' | 'getSystemIdleTime' | 'on' | 'off'>) {
  let isLocked = false
  let notify: (() => void) | null = null
  const setLocked = (locked: boolean) => (): void => {
    isLocked = locked
    notify?.()
  }
  const [onLock, onUnlock] = [setLocked(true), setLocked(false)]
  // macOS and Windows only. On Linux the idle state is "locked" if the screen saver reports that.
  powerMonitor.on('lock-screen', onLock)
  powerMonitor.on('unlock-screen', onUnlock)
  return {
    read: (): IdleState => ({
      locked: isLocked || powerMonitor.getSystemIdleState(IDLE_SECONDS) === 'locked',
      idleMs: powerMonitor.getSystemIdleTime() * 1_000,
    }),
    /** Calls `listener` when the screen was locked or unlocked. */
    onChange(listener: () => void): void {
      notify = listener
    },
    close(): void {
      powerMonitor.off('lock-screen', onLock)
      powerMonitor.off('unlock-screen', onUnlock)
    },
  }
}

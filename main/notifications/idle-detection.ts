/** Who sits at the machine, as far as the system tells. */
import type { PowerMonitor } from 'electron'
import type { IdleState } from './deferral.ts'

export interface IdleDetectionDeps {
  readonly powerMonitor: Pick<PowerMonitor, 'getSystemIdleState' | 'getSystemIdleTime' | 'on' | 'off'>
  /** The screen was locked or unlocked. */
  readonly onChange: () => void
}

/** Seconds without a touch after which the system is asked to say "idle"; only "locked" matters here. */
const IDLE_SECONDS = 60

export interface IdleDetection {
  read(): IdleState
  close(): void
}

export function watchIdle({ powerMonitor, onChange }: IdleDetectionDeps): IdleDetection {
  let isLocked = false
  const become = (next: boolean) => (): void => {
    isLocked = next
    onChange()
  }
  const [onLock, onUnlock] = [become(true), become(false)]
  // macOS and Windows only. Linux says it when asked, where its screen saver has told.
  powerMonitor.on('lock-screen', onLock)
  powerMonitor.on('unlock-screen', onUnlock)
  return {
    read: () => ({
      locked: isLocked || powerMonitor.getSystemIdleState(IDLE_SECONDS) === 'locked',
      idleMs: powerMonitor.getSystemIdleTime() * 1_000,
    }),
    close() {
      powerMonitor.off('lock-screen', onLock)
      powerMonitor.off('unlock-screen', onUnlock)
    },
  }
}

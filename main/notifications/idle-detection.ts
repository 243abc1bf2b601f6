/** Whether a person is at the machine, as far as the system reports it. */
import type { PowerMonitor } from 'electron'
import type { IdleState } from './deferral.ts'

export interface IdleDetectionDeps {
  readonly powerMonitor: Pick<PowerMonitor, 'getSystemIdleState' | 'getSystemIdleTime' | 'on' | 'off'>
}

/** Seconds without input until the system reports "idle"; only "locked" matters here. */
const IDLE_SECONDS = 60

export interface IdleDetection {
  read(): IdleState
  /** Calls `listener` when the screen was locked or unlocked. */
  onChange(listener: () => void): void
  close(): void
}

export function watchIdle({ powerMonitor }: IdleDetectionDeps): IdleDetection {
  let isLocked = false
  let listeners: readonly (() => void)[] = []
  const become = (next: boolean) => (): void => {
    isLocked = next
    for (const listener of listeners) listener()
  }
  const [onLock, onUnlock] = [become(true), become(false)]
  // macOS and Windows only. On Linux the idle state is "locked" where the screen saver reports that.
  powerMonitor.on('lock-screen', onLock)
  powerMonitor.on('unlock-screen', onUnlock)
  return {
    read: () => ({
      locked: isLocked || powerMonitor.getSystemIdleState(IDLE_SECONDS) === 'locked',
      idleMs: powerMonitor.getSystemIdleTime() * 1_000,
    }),
    onChange: (listener) => void (listeners = [...listeners, listener]),
    close() {
      powerMonitor.off('lock-screen', onLock)
      powerMonitor.off('unlock-screen', onUnlock)
    },
  }
}

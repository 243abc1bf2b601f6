/** Who sits at the machine, as far as the system tells. */
import type { PowerMonitor } from 'electron'
import type { Presence } from './core/holding.ts'

export interface PresenceDeps {
  readonly powerMonitor: Pick<PowerMonitor, 'getSystemIdleState' | 'getSystemIdleTime' | 'on'>
  /** The screen was locked or unlocked. */
  readonly onChange: () => void
}

/** Seconds without a touch after which the system is asked to say "idle"; only "locked" matters here. */
const IDLE_SECONDS = 60

export function watchPresence({ powerMonitor, onChange }: PresenceDeps): () => Presence {
  let locked = false
  const become = (next: boolean) => (): void => {
    locked = next
    onChange()
  }
  // macOS and Windows only. Linux says it when asked, where its screen saver has told.
  powerMonitor.on('lock-screen', become(true))
  powerMonitor.on('unlock-screen', become(false))
  return () => ({
    locked: locked || powerMonitor.getSystemIdleState(IDLE_SECONDS) === 'locked',
    idleMs: powerMonitor.getSystemIdleTime() * 1_000,
  })
}

/** Sleep and waking: a poll that was parked before the sleep is dead, and nobody would notice for minutes. */
import type { PowerMonitor } from 'electron'

export interface PowerDeps {
  readonly powerMonitor: Pick<PowerMonitor, 'on'>
  readonly onSleep: () => void
  readonly onWake: () => void
}

export function watchPower({ powerMonitor, onSleep, onWake }: PowerDeps): void {
  powerMonitor.on('suspend', onSleep)
  powerMonitor.on('resume', onWake)
  // macOS and Windows only: a network may have come back while nobody looked.
  powerMonitor.on('unlock-screen', onWake)
}

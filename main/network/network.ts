/**
 * Detects that the network, the clock or the machine changed under the connections, from this machine's own interfaces and
 * clocks: no server is contacted. On Linux and macOS the file of the name servers changes when a network comes or goes, which
 * the system reports at once.
 */
import { type FSWatcher, realpathSync, watch } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { basename, dirname } from 'node:path'
import { changeBetween, interfacesFingerprint, type NetworkChange, type NetworkSnapshot } from './network-changes.ts'

export interface NetworkMonitorDeps {
  readonly readSnapshot: () => NetworkSnapshot
  readonly onChange: (what: NetworkChange) => void
  /** Null if the system has none. */
  readonly nameServersFile: string | null
}

export const readNetworkSnapshot = (): NetworkSnapshot => ({
  wallMs: Date.now(),
  monotonicMs: performance.now(),
  network: interfacesFingerprint(networkInterfaces()),
})

export const NAME_SERVERS_FILE = process.platform === 'win32' ? null : '/etc/resolv.conf'

export function createNetworkMonitor({ readSnapshot, onChange, nameServersFile }: NetworkMonitorDeps) {
  let last = readSnapshot()
  const watcher = nameServersFile === null ? null : watchFile(nameServersFile, () => compare('network'))

  function compare(otherwise: NetworkChange | null): void {
    const now = readSnapshot()
    const what = changeBetween(last, now) ?? otherwise
    last = now
    if (what) onChange(what)
  }

  return {
    /** Reports a change since the previous check. */
    check: () => compare(null),
    /** Takes the present state as known, without a report. */
    reset: () => void (last = readSnapshot()),
    close: () => watcher?.close(),
  }
}

/** Watches the folder, since the file is replaced rather than written. */
function watchFile(path: string, onChange: () => void): FSWatcher | null {
  try {
    const file = realpathSync(path)
    const watcher = watch(dirname(file), { persistent: false }, (_type, name) => {
      if (name === basename(file)) onChange()
    })
    // Without the folder, the next check still detects a change.
    return watcher.on('error', () => watcher.close())
  } catch {
    return null
  }
}

/**
 * Whether the network, the clock or the machine changed under the connections. Nothing is asked of anybody for it, least
 * of all of a public address: this machine's own interfaces and clocks say it, at moments that come by anyway. On Linux
 * and macOS the file of the name servers is written when a network comes or goes, and the system tells of that at once.
 */
import { type FSWatcher, realpathSync, watch } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { basename, dirname } from 'node:path'
import { interfacesFingerprint, type NetworkChange, changeBetween, type NetworkSnapshot } from './network-changes.ts'

export interface Network {
  /** A moment that comes by: tells of what happened since the one before. */
  check(): void
  /** The same, but it is known already. */
  reset(): void
  close(): void
}

export interface NetworkDeps {
  readonly readNetworkSnapshot: () => NetworkSnapshot
  readonly onChange: (what: NetworkChange) => void
  /** Null where the system has none. */
  readonly nameServersFile: string | null
}

export const readNetworkSnapshot = (): NetworkSnapshot => ({
  wallMs: Date.now(),
  monotonicMs: performance.now(),
  network: interfacesFingerprint(networkInterfaces()),
})

export function createNetwork({ readNetworkSnapshot: read, onChange, nameServersFile }: NetworkDeps): Network {
  let last = read()
  const watcher = nameServersFile === null ? null : watchFile(nameServersFile, () => compare('network'))

  function compare(otherwise: NetworkChange | null): void {
    const now = read()
    const what = changeBetween(last, now) ?? otherwise
    last = now
    if (what) onChange(what)
  }

  return {
    check: () => compare(null),
    reset: () => void (last = read()),
    close: () => watcher?.close(),
  }
}

/** Its folder is watched, for the file is replaced rather than written. */
function watchFile(path: string, onChange: () => void): FSWatcher | null {
  try {
    const file = realpathSync(path)
    const watcher = watch(dirname(file), { persistent: false }, (_type, name) => {
      if (name === basename(file)) onChange()
    })
    // A folder that goes away ends it; what it told is seen at the next look.
    return watcher.on('error', () => watcher.close())
  } catch {
    return null
  }
}

/**
 * Sleep, and other events that leave connections dead although they look alive. Before a sleep every socket is dropped at
 * once, since only the other side would know afterwards which ones still exist; after it, and after each change of network
 * or clock, all reconnect until they have answered.
 */
import type { Log } from '../system/log.ts'
import { createNetworkMonitor, type NetworkMonitorDeps } from './network.ts'
import { createReconnectSchedule, type ReconnectScheduleDeps } from './reconnect-schedule.ts'

/** The poll loops, or the bundled server. */
interface Connections {
  /** Drops all of them at once, until the next probe. */
  suspend(): void
  /** Checks that they are alive; later probes skip those that have answered since the first. */
  probe(isFirst: boolean): void
}

export interface PowerDeps
  extends Pick<ReconnectScheduleDeps, 'schedule' | 'random'>, Pick<NetworkMonitorDeps, 'readSnapshot' | 'nameServersFile'> {
  readonly powerMonitor: { on(event: 'suspend' | 'resume' | 'unlock-screen', listener: () => void): unknown }
  readonly log: Log
}

/** A machine that still runs this long after `suspend` has not gone to sleep, or did not report its resume. */
const SUSPEND_TIMEOUT_MS = 60_000

export function watchPower({ powerMonitor, log, schedule, random, readSnapshot, nameServersFile }: PowerDeps) {
  const all: Connections[] = []
  let cancelSuspendTimeout: (() => void) | null = null
  const reconnects = createReconnectSchedule({ schedule, random, reconnect: (isFirst) => all.forEach((one) => one.probe(isFirst)) })
  const network = createNetworkMonitor({
    readSnapshot,
    nameServersFile,
    onChange(what) {
      log.info({ what }, 'checking connections after a change')
      if (!cancelSuspendTimeout) reconnects.restart()
    },
  })

  function resume(): void {
    cancelSuspendTimeout?.()
    cancelSuspendTimeout = null
    // A change during the sleep is not an event of its own.
    network.reset()
    reconnects.restart()
  }

  powerMonitor.on('suspend', () => {
    log.info({}, 'the machine suspends')
    reconnects.stop()
    for (const connections of all) connections.suspend()
    cancelSuspendTimeout?.()
    cancelSuspendTimeout = schedule(resume, SUSPEND_TIMEOUT_MS)
  })
  powerMonitor.on('resume', () => {
    log.info({}, 'the machine resumes')
    resume()
  })
  // macOS and Windows only: the network may have changed while the screen was locked.
  powerMonitor.on('unlock-screen', resume)

  return {
    /** Detects a change of network or clock; called whenever a poll ends, so that it needs no timer. */
    checkNetwork: network.check,
    /** Adds connections to those that are suspended and reconnected. */
    add: (connections: Connections): void => void all.push(connections),
    close(): void {
      cancelSuspendTimeout?.()
      reconnects.stop()
      network.close()
    },
  }
}

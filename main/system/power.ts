/**
 * Sleep, and whatever else leaves connections dead that look alive. Before a sleep every socket is dropped at once, for
 * nobody could say afterwards which of them the other side still has; after it, and after every change of network or
 * clock, all are poked until they have answered.
 */
import { systemClock } from './clock.ts'
import { createReconnectSchedule, type ReconnectScheduleDeps } from './reconnect-schedule.ts'
import type { Log } from './log.ts'
import { createNetwork, type NetworkDeps, readNetworkSnapshot } from './network.ts'

/** What has connections: the poll loops, and the bundled server. */
interface Sleeper {
  /** Drops them all without waiting for anybody, until it is poked. */
  suspend(): void
  /** Sees whether they are alive; one that has answered since the first poke is left alone by the later ones. */
  poke(isFirst: boolean): void
}

export interface PowerDeps extends Partial<Pick<ReconnectScheduleDeps, 'schedule' | 'random'> & Omit<NetworkDeps, 'onHappening'>> {
  readonly powerMonitor: { on(event: 'suspend' | 'resume' | 'unlock-screen', listener: () => void): unknown }
  readonly sleepers: readonly Sleeper[]
  readonly log: Log
}

export interface Power {
  /** A moment at which something else came by. */
  checkNetwork(): void
  close(): void
}

/** A machine that still runs this long after it said that it goes to sleep has not, or its waking was not told. */
const SUSPEND_TIMEOUT_MS = 60_000

const ofThisMachine = { ...systemClock, readNetworkSnapshot, nameServersFile: process.platform === 'win32' ? null : '/etc/resolv.conf' }

export function watchPower({ powerMonitor, sleepers, log, ...given }: PowerDeps): Power {
  const { schedule, random, ...network } = { ...ofThisMachine, ...given }
  let cancelSuspendTimeout: (() => void) | null = null
  const reconnects = createReconnectSchedule({
    schedule,
    random,
    reconnect: (isFirst) => sleepers.forEach((sleeper) => sleeper.poke(isFirst)),
  })
  const networkMonitor = createNetwork({
    ...network,
    onChange(what) {
      log.info({ what }, 'connections are looked at')
      if (!cancelSuspendTimeout) reconnects.restart()
    },
  })

  function resume(): void {
    cancelSuspendTimeout?.()
    cancelSuspendTimeout = null
    // What has changed in the meantime is no event of its own.
    networkMonitor.reset()
    reconnects.restart()
  }

  powerMonitor.on('suspend', () => {
    log.info({}, 'the machine goes to sleep')
    reconnects.stop()
    for (const sleeper of sleepers) sleeper.suspend()
    cancelSuspendTimeout?.()
    cancelSuspendTimeout = schedule(resume, SUSPEND_TIMEOUT_MS)
  })
  powerMonitor.on('resume', () => {
    log.info({}, 'the machine is awake')
    resume()
  })
  // macOS and Windows only: a network may have come back while nobody looked.
  powerMonitor.on('unlock-screen', resume)

  return {
    checkNetwork: networkMonitor.check,
    close() {
      cancelSuspendTimeout?.()
      reconnects.stop()
      networkMonitor.close()
    },
  }
}

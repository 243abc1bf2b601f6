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
  look(): void
  close(): void
}

/** A machine that still runs this long after it said that it goes to sleep has not, or its waking was not told. */
const FALLS_ASLEEP_MS = 60_000

const ofThisMachine = { ...systemClock, readNetworkSnapshot, nameServersFile: process.platform === 'win32' ? null : '/etc/resolv.conf' }

export function watchPower({ powerMonitor, sleepers, log, ...given }: PowerDeps): Power {
  const { schedule, random, ...network } = { ...ofThisMachine, ...given }
  let endSleep: (() => void) | null = null
  const pokes = createReconnectSchedule({ schedule, random, poke: (isFirst) => sleepers.forEach((sleeper) => sleeper.poke(isFirst)) })
  const changes = createNetwork({
    ...network,
    onHappening(what) {
      log.info({ what }, 'connections are looked at')
      if (!endSleep) pokes.begin()
    },
  })

  function wake(): void {
    endSleep?.()
    endSleep = null
    // What has changed in the meantime is no event of its own.
    changes.skip()
    pokes.begin()
  }

  powerMonitor.on('suspend', () => {
    log.info({}, 'the machine goes to sleep')
    pokes.stop()
    for (const sleeper of sleepers) sleeper.suspend()
    endSleep?.()
    endSleep = schedule(wake, FALLS_ASLEEP_MS)
  })
  powerMonitor.on('resume', () => {
    log.info({}, 'the machine is awake')
    wake()
  })
  // macOS and Windows only: a network may have come back while nobody looked.
  powerMonitor.on('unlock-screen', wake)

  return {
    look: changes.look,
    close() {
      endSleep?.()
      pokes.stop()
      changes.close()
    },
  }
}

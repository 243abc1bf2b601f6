/** One run of the desktop app, from its links to its notifications, without Electron. Its stored state outlives the run. */
import { EventEmitter } from 'node:events'
import { fromStored, toStored } from '../../main/notifications/history.ts'
import { type NotificationState, NOTHING_NOTIFIED, planNotifications } from '../../main/notifications/plan.ts'
import { createWords } from '../../common/words/words.ts'
import { trayViewOf } from '../../main/tray/tray-view.ts'
import type { DesktopSettings } from '../../common/protocol/settings.ts'
import type { ServerView } from '../../common/protocol/window-state.ts'
import { createLinks } from '../../main/servers/links.ts'
import { watchPower } from '../../main/network/power.ts'
import type { SimClock, SimProcess } from './clock.ts'
import { createSimTransport, type SimTransportDeps } from './transport.ts'

const WORDS = createWords('en')
/** A displayed notification. */
export interface Notified {
  readonly atMs: number
  readonly title: string
  readonly body: string
}

export type ServerLocation = 'local' | 'remote'

export interface SimApp {
  /** The count on the icon; null if there is none, or it is incomplete. */
  readonly shown: number | null
  /** Applies changed settings of the user. */
  applySettings(settings: DesktopSettings): void
  /** The local server has started or stopped. */
  setLocalServer(isRunning: boolean): void
  /** The system suspends and resumes. */
  sleep(): void
  wake(): void
  /** Ends the process. */
  end(how: 'quit' | 'killed'): void
}

export interface SimAppDeps extends Pick<SimTransportDeps, 'wire' | 'server' | 'random'> {
  readonly clock: SimClock
  readonly process: SimProcess
  /** Whether the server is bundled with the app or remote. */
  readonly location: ServerLocation
  readonly settings: DesktopSettings
  /** The state that an earlier run stored. */
  readonly stored: string | null
  readonly store: (stored: string) => void
  readonly onNotified: (notified: Notified) => void
}

const nothing = (): void => undefined
const SERVER = { url: 'https://mail.example.org', token: 'any' }

export function createSimApp({ clock, process, random, wire, server, location, stored, store, onNotified, ...given }: SimAppDeps): SimApp {
  const { schedule } = process
  const events = new EventEmitter()
  const power = watchPower({
    powerMonitor: events,
    log: { info: nothing, warn: nothing, error: nothing, raw: nothing, close: nothing },
    schedule,
    random,
    readSnapshot: () => ({ wallMs: clock.now(), monotonicMs: process.monotonic(), network: `generation ${wire.generation}` }),
    nameServersFile: null,
  })
  const links = createLinks({
    createTransport: () => createSimTransport({ process, wire, server, random }),
    now: process.monotonic,
    wallClock: clock.now,
    schedule,
    random,
    onChange: () => apply(),
    onPolled: power.checkNetwork,
  })
  const bundled = {
    suspend: () => server()?.collector.suspend(),
    probe: (isFirst: boolean) => server()?.collector.probe(isFirst),
  }
  power.add({ suspend: links.stop, probe: links.probe })
  if (location === 'local') power.add(bundled)
  let { settings } = given
  let alerts: NotificationState = { ...NOTHING_NOTIFIED, ...(stored === null ? null : fromStored(JSON.parse(stored))) }
  let wokeMs = clock.now()
  let cancelNext = (): void => undefined

  /** Without the link of the other location. */
  const servers = (): readonly ServerView[] => links.servers.filter(({ kind }) => kind === location)
  const storeAll = (): void => store(JSON.stringify(toStored(alerts.memories, alerts.lastMs ?? clock.now())))

  function apply(): void {
    if (!process.isRunning) return
    const nowMs = clock.now()
    const step = planNotifications(alerts, {
      servers: servers(),
      words: WORDS,
      sharedSettings: { notifications: true, notificationText: 'mail' },
      settings,
      idle: { locked: false, idleMs: 0 },
      nowMs,
      wokeMs,
    })
    alerts = step.state
    if (step.mustSave) storeAll()
    for (const { title, body } of step.show) onNotified({ atMs: nowMs, title, body })
    cancelNext()
    if (step.nextMs !== null) cancelNext = schedule(apply, Math.max(0, step.nextMs - nowMs))
  }

  if (location === 'remote') links.add('remote', SERVER)

  return {
    get shown() {
      const constant = { words: WORDS, lastSeen: new Map(), isPanelDark: false, platform: 'linux' } as const
      const { icon } = trayViewOf({ ...constant, servers: servers(), desktopSettings: settings, nowMs: clock.now() }).tray
      return icon.incomplete ? null : (icon.count ?? 0)
    },
    applySettings(next) {
      settings = next
      apply()
    },
    setLocalServer: (isRunning) => links.setLocal(isRunning ? SERVER : null),
    sleep: () => void events.emit('suspend'),
    wake() {
      events.emit('resume')
      wokeMs = clock.now()
      apply()
    },
    end(how) {
      if (how === 'quit') storeAll()
      process.end()
      links.stop()
    },
  }
}

/** A life of the desktop app, from its links to its notifications, without the shell; what it remembers outlives it. */
import { EventEmitter } from 'node:events'
import { fromStored, toStored } from '../../main/notifications/history.ts'
import { type NotificationState, NOTHING_NOTIFIED, planNotifications } from '../../main/notifications/plan.ts'
import { projectTray } from '../../main/projection.ts'
import type { DesktopSettings } from '../../common/protocol/settings.ts'
import type { ServerView } from '../../common/protocol/window-state.ts'
import { createLinks } from '../../main/servers/links.ts'
import { watchPower } from '../../main/system/power.ts'
import type { SimClock, SimProcess } from './clock.ts'
import { createSimTransport, type SimTransportDeps } from './transport.ts'

/** What was shown to the person. */
export interface Notified {
  readonly atMs: number
  readonly title: string
  readonly body: string
}

export type ServerLocation = 'local' | 'remote'

export interface SimApp {
  /** The number on the icon; null where there is none, or it is not the whole truth. */
  readonly shown: number | null
  /** The person has chosen something else. */
  choose(choices: DesktopSettings): void
  /** The bundled server has come, or gone. */
  setBundled(isThere: boolean): void
  /** As power.ts asks for it. */
  sleep(): void
  wake(): void
  /** Quits, or is killed. */
  end(how: 'quit' | 'killed'): void
}

export interface SimAppDeps extends Pick<SimTransportDeps, 'wire' | 'server' | 'random'> {
  readonly clock: SimClock
  readonly process: SimProcess
  /** Where its server is: bundled with it, or at another place. */
  readonly home: ServerLocation
  readonly choices: DesktopSettings
  /** What an earlier life has written. */
  readonly stored: string | null
  readonly store: (stored: string) => void
  readonly onNotified: (notified: Notified) => void
}

const nothing = (): void => undefined
const SERVER = { url: 'https://mail.example.org', token: 'any' }

export function createSimApp({ clock, process, random, wire, server, home, stored, store, onNotified, ...given }: SimAppDeps): SimApp {
  const { schedule } = process
  const events = new EventEmitter()
  const power = watchPower({
    powerMonitor: events,
    log: { info: nothing, warn: nothing, error: nothing, raw: nothing, close: nothing },
    schedule,
    random,
    readSnapshot: () => ({ wallMs: clock.now(), monotonicMs: process.monotonic(), network: `life ${wire.life}` }),
    nameServersFile: null,
  })
  const links = createLinks({
    createTransport: () => createSimTransport({ process, wire, server, random }),
    now: clock.now,
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
  if (home === 'local') power.add(bundled)
  let { choices } = given
  let alerts: NotificationState = { ...NOTHING_NOTIFIED, ...(stored === null ? null : fromStored(JSON.parse(stored))) }
  let wokeMs = clock.now()
  let cancelNext = (): void => undefined

  /** The other one is not there. */
  const servers = (): readonly ServerView[] => links.servers.filter(({ kind }) => kind === home)
  const storeAll = (): void => store(JSON.stringify(toStored(alerts.memories, alerts.lastMs ?? clock.now())))

  function apply(): void {
    if (!process.isRunning) return
    const nowMs = clock.now()
    const step = planNotifications(alerts, {
      servers: servers(),
      language: 'en',
      sharedSettings: { notifications: true, notificationText: 'mail' },
      settings: choices,
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

  if (home === 'remote') links.add('elsewhere', SERVER)

  return {
    get shown() {
      const constant = { language: 'en', lastSeen: new Map(), isPanelDark: false, platform: 'linux' } as const
      const { icon } = projectTray({ ...constant, servers: servers(), desktopSettings: choices, nowMs: clock.now() }).tray
      return icon.incomplete ? null : (icon.count ?? 0)
    },
    choose(next) {
      choices = next
      apply()
    },
    setBundled: (isThere) => links.setLocal(isThere ? SERVER : null),
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

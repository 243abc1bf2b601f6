/** Mailbox, server, laptop and app, each of which may be unavailable, and the spans of their availability. */
import { type DesktopSettings, DEFAULT_DESKTOP_SETTINGS } from '../../common/protocol/settings.ts'
import type { Counts } from '../../server/sources/source.ts'
import { createSimApp, type ServerLocation, type SimApp, type Notified } from './app.ts'
import { createMachine, createSimClock, type SimClock } from './clock.ts'
import { createMailbox, type SimMailbox } from './mailbox.ts'
import { createSimServer, type SimServer } from './server.ts'
import { createSimSource } from './source.ts'
import { createWire } from './wire.ts'

export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

export interface World {
  readonly clock: SimClock
  readonly mailbox: SimMailbox
  readonly app: SimApp | null
  readonly notified: readonly Notified[]
  /** When every component between mailbox and user was connected. */
  readonly connected: readonly Span[]
  /** When the server could reach the mailbox. */
  readonly serverConnected: readonly Span[]
  /** When the app could reach the server. */
  readonly appConnected: readonly Span[]
  /** Since when every component is connected; null while one is not. */
  readonly connectedSinceMs: number | null
  /** Since when the app has been running on an awake laptop; null while it is not. */
  readonly appRunningSinceMs: number | null
  /** Cuts the network of the laptop or of the remote server. */
  cut(wire: 'laptop' | 'server', isReported: boolean): void
  restore(wire: 'laptop' | 'server'): void
  sleep(): void
  wake(): void
  stopServer(): void
  startServer(): void
  stopApp(how: 'quit' | 'killed'): void
  applySettings(change: Partial<DesktopSettings>): void
  startApp(): void
  /** Ends the last span. */
  close(): void
}

export interface WorldOptions {
  readonly startMs: number
  /** A local server sleeps and ends with the app. */
  readonly location: ServerLocation
  /** The maximum number of newest messages that the source reports. */
  readonly maxLatest: number
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** Whether the laptop's monotonic clock advances during sleep. */
  readonly countsSleep: boolean
}

export function createWorld({ startMs, location, maxLatest, random, countsSleep }: WorldOptions): World {
  const clock = createSimClock(startMs)
  const mailbox = createMailbox(clock.now)
  const laptop = createMachine(clock, countsSleep)
  const host = location === 'local' ? laptop : createMachine(clock, true)
  const [outward, inner] = [createWire(), createWire()]
  const wires = { laptop: outward, server: location === 'local' ? outward : inner }
  /** From the app to its server, and from there to the mail server. */
  const [toServer, toMail] = location === 'local' ? [inner, outward] : [outward, inner]
  const notified: Notified[] = []
  const spans = { connected: createSpans(clock.now), serverConnected: createSpans(clock.now), appConnected: createSpans(clock.now) }
  let runs = 0
  let counts: ReadonlyMap<string, Counts> = new Map()
  let server: SimServer | null = null
  let app: SimApp | null = null
  let settings: DesktopSettings = DEFAULT_DESKTOP_SETTINGS
  let stored: string | null = null
  let appRunningSinceMs: number | null = null
  let startsOnWaking = false

  function recordState(): void {
    if (!laptop.isAwake || app === null) appRunningSinceMs = null
    else appRunningSinceMs ??= clock.now()
    const serverConnected = toMail.isUp && server !== null && host.isAwake
    const appConnected = toServer.isUp && laptop.isAwake && server !== null && app !== null
    spans.connected.set(serverConnected && appConnected)
    spans.serverConnected.set(serverConnected)
    spans.appConnected.set(appConnected)
  }

  function startServer(): void {
    if (server || (location === 'local' && !app)) return
    runs += 1
    server = createSimServer({
      clock,
      process: host.start(),
      random,
      epoch: `run${runs}`,
      stored: counts,
      createSource: (process) => createSimSource({ account: 'me@example.org', max: maxLatest, mailbox, wire: toMail, process, random }),
    })
    if (location === 'local') app?.setLocalServer(true)
  }

  function stopServer(): void {
    counts = server?.stored() ?? counts
    server?.end()
    server = null
    if (location === 'local') app?.setLocalServer(false)
  }

  function startApp(): void {
    if (app) return
    app = createSimApp({
      clock,
      process: laptop.start(),
      random,
      wire: toServer,
      location,
      settings,
      server: () => server,
      stored,
      store: (text) => (stored = text),
      onNotified: (each) => notified.push(each),
    })
    if (location === 'local') startServer()
  }

  const recording =
    <A extends readonly unknown[]>(work: (...args: A) => void) =>
    (...args: A): void => {
      work(...args)
      recordState()
    }

  return {
    clock,
    mailbox,
    notified,
    connected: spans.connected.all,
    serverConnected: spans.serverConnected.all,
    appConnected: spans.appConnected.all,
    get app() {
      return app
    },
    get connectedSinceMs() {
      return spans.connected.sinceMs
    },
    get appRunningSinceMs() {
      return appRunningSinceMs
    },
    cut: recording((wire, isReported) => wires[wire].cut(isReported)),
    restore: recording((wire) => wires[wire].restore()),
    sleep: recording(() => {
      if (!laptop.isAwake) return
      app?.sleep()
      outward.cut(false)
      laptop.sleep()
    }),
    wake: recording(() => {
      if (laptop.isAwake) return
      laptop.wake()
      clock.schedule(
        recording(() => laptop.isAwake && outward.restore()),
        8_000 * random(),
      )
      app?.wake()
      if (startsOnWaking) startApp()
      startsOnWaking = false
    }),
    startServer: recording(startServer),
    stopServer: recording(stopServer),
    // A sleeping machine starts and stops nothing.
    startApp: recording(() => {
      if (laptop.isAwake) startApp()
      else startsOnWaking = true
    }),
    stopApp: recording((how) => {
      if (!laptop.isAwake) return
      app?.end(how)
      app = null
      if (location === 'local') stopServer()
    }),
    applySettings(change) {
      settings = { ...settings, ...change }
      app?.applySettings(settings)
    },
    close() {
      for (const each of Object.values(spans)) each.set(false)
    },
  }
}

interface Spans {
  readonly all: readonly Span[]
  readonly sinceMs: number | null
  set(isActive: boolean): void
}

function createSpans(now: () => number): Spans {
  const all: Span[] = []
  let sinceMs: number | null = null
  return {
    all,
    get sinceMs() {
      return sinceMs
    },
    set(isActive) {
      if (isActive) sinceMs ??= now()
      else if (sinceMs !== null) {
        all.push({ fromMs: sinceMs, toMs: now() })
        sinceMs = null
      }
    },
  }
}

/** All parts: mailbox, server, laptop and app, each of which may be unavailable; and since when all of them are available. */
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
  /** When everything that a message needs on its way to the person was there. */
  readonly well: readonly Span[]
  /** When the server could see the mailbox, whether or not the app asked. */
  readonly watching: readonly Span[]
  /** When the app could ask the server, whatever that knew. */
  readonly asking: readonly Span[]
  /** Since when all is well; null while something is missing. */
  readonly wellSinceMs: number | null
  /** Since when the app runs on a laptop that is awake; null while it does not. */
  readonly watchedSinceMs: number | null
  /** The laptop's way into the world, or that of the server at another place. */
  cut(wire: 'laptop' | 'server', isReported: boolean): void
  mend(wire: 'laptop' | 'server'): void
  sleep(): void
  wake(): void
  stopServer(): void
  startServer(): void
  stopApp(how: 'quit' | 'killed'): void
  choose(change: Partial<DesktopSettings>): void
  startApp(): void
  /** Ends the last span. */
  close(): void
}

export interface WorldOptions {
  readonly startMs: number
  /** A server that is bundled with the app sleeps and ends with it. */
  readonly home: ServerLocation
  /** Messages that the source names at the most. */
  readonly named: number
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** The monotonic clock of the laptop goes on during sleep. */
  readonly countsSleep: boolean
}

export function createWorld({ startMs, home, named, random, countsSleep }: WorldOptions): World {
  const clock = createSimClock(startMs)
  const mailbox = createMailbox(clock.now)
  const laptop = createMachine(clock, countsSleep)
  const host = home === 'local' ? laptop : createMachine(clock, true)
  const [outward, inner] = [createWire(), createWire()]
  const wires = { laptop: outward, server: home === 'local' ? outward : inner }
  /** From the app to its server, and from there to the mail server. */
  const [toServer, toMail] = home === 'local' ? [inner, outward] : [outward, inner]
  const notified: Notified[] = []
  const spans = { well: createSpans(clock.now), watching: createSpans(clock.now), asking: createSpans(clock.now) }
  let lives = 0
  let counts: ReadonlyMap<string, Counts> = new Map()
  let server: SimServer | null = null
  let app: SimApp | null = null
  let choices: DesktopSettings = DEFAULT_DESKTOP_SETTINGS
  let stored: string | null = null
  let watchedSinceMs: number | null = null
  let startsOnWaking = false

  function recordState(): void {
    if (!laptop.isAwake || app === null) watchedSinceMs = null
    else watchedSinceMs ??= clock.now()
    const serverConnected = toMail.isUp && server !== null && host.isAwake
    const appConnected = toServer.isUp && laptop.isAwake && server !== null && app !== null
    spans.well.set(serverConnected && appConnected)
    spans.watching.set(serverConnected)
    spans.asking.set(appConnected)
  }

  function startServer(): void {
    if (server || (home === 'local' && !app)) return
    lives += 1
    server = createSimServer({
      clock,
      process: host.start(),
      random,
      epoch: `life${lives}`,
      stored: counts,
      createSource: (process) => createSimSource({ account: 'me@example.org', max: named, mailbox, wire: toMail, process, random }),
    })
    if (home === 'local') app?.setBundled(true)
  }

  function stopServer(): void {
    counts = server?.stored() ?? counts
    server?.end()
    server = null
    if (home === 'local') app?.setBundled(false)
  }

  function startApp(): void {
    if (app) return
    app = createSimApp({
      clock,
      process: laptop.start(),
      random,
      wire: toServer,
      home,
      choices,
      server: () => server,
      stored,
      store: (text) => (stored = text),
      onNotified: (each) => notified.push(each),
    })
    if (home === 'local') startServer()
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
    well: spans.well.all,
    watching: spans.watching.all,
    asking: spans.asking.all,
    get app() {
      return app
    },
    get wellSinceMs() {
      return spans.well.sinceMs
    },
    get watchedSinceMs() {
      return watchedSinceMs
    },
    cut: recording((wire, isReported) => wires[wire].cut(isReported)),
    mend: recording((wire) => wires[wire].mend()),
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
        recording(() => laptop.isAwake && outward.mend()),
        8_000 * random(),
      )
      app?.wake()
      if (startsOnWaking) startApp()
      startsOnWaking = false
    }),
    startServer: recording(startServer),
    stopServer: recording(stopServer),
    // Nothing starts or ends on a machine that sleeps.
    startApp: recording(() => {
      if (laptop.isAwake) startApp()
      else startsOnWaking = true
    }),
    stopApp: recording((how) => {
      if (!laptop.isAwake) return
      app?.end(how)
      app = null
      if (home === 'local') stopServer()
    }),
    choose(change) {
      choices = { ...choices, ...change }
      app?.choose(choices)
    },
    close() {
      for (const each of Object.values(spans)) each.set(false)
    },
  }
}

interface Spans {
  readonly all: readonly Span[]
  readonly sinceMs: number | null
  set(isSo: boolean): void
}

function createSpans(now: () => number): Spans {
  const all: Span[] = []
  let sinceMs: number | null = null
  return {
    all,
    get sinceMs() {
      return sinceMs
    },
    set(isSo) {
      if (isSo) sinceMs ??= now()
      else if (sinceMs !== null) {
        all.push({ fromMs: sinceMs, toMs: now() })
        sinceMs = null
      }
    },
  }
}

/** A life of the desktop app, from its links to its notifications, without the shell; what it remembers outlives it. */
import { alertsOf, type AlertMemory, awaitsNames } from '../../main/core/alerts.ts'
import { viewOf } from '../../main/core/view.ts'
import { DEFAULT_CHOICES } from '../../main/choices.ts'
import type { ServerView } from '../../main/ipc.ts'
import { createLinks } from '../../main/links.ts'
import type { SimClock, SimProcess } from './clock.ts'
import { createSimTransport, type SimTransportDeps } from './transport.ts'

/** What was shown to the person. */
export interface Told {
  readonly atMs: number
  readonly title: string
  readonly body: string
}

export type Home = 'local' | 'remote'

export interface SimApp {
  /** The number on the icon; null where there is none, or it is not the whole truth. */
  readonly shown: number | null
  /** The bundled server has come, or gone. */
  setBundled(isThere: boolean): void
  /** As power.ts asks for it. */
  sleep(): void
  wake(): void
  end(): void
}

export interface SimAppDeps extends Pick<SimTransportDeps, 'wire' | 'server' | 'random'> {
  readonly clock: SimClock
  readonly process: SimProcess
  /** Where its server is: bundled with it, or at another place. */
  readonly home: Home
  /** What an earlier life has written. */
  readonly kept: string | null
  readonly keep: (kept: string) => void
  readonly onTold: (told: Told) => void
}

const SERVER = { url: 'https://mail.example.org', token: 'any' }
const NAMES_MS = 4_000

export function createSimApp({ clock, process, random, wire, server, home, kept, keep, onTold }: SimAppDeps): SimApp {
  const { schedule } = process
  const links = createLinks({
    createTransport: () => createSimTransport({ process, wire, server, random }),
    now: clock.now,
    schedule,
    random,
    onChange: () => apply(),
  })
  let memory: AlertMemory = new Map(kept === null ? [] : JSON.parse(kept))
  let endWait: (() => void) | null = null

  /** The other one is not there. */
  const servers = (): readonly ServerView[] => links.servers.filter(({ kind }) => kind === home)

  function apply(): void {
    if (!process.isRunning) return
    if (awaitsNames(memory, servers())) endWait ??= schedule(notify, NAMES_MS)
    else notify()
  }

  function notify(): void {
    endWait?.()
    endWait = null
    const told = alertsOf(memory, { servers: servers(), language: 'en' })
    memory = told.memory
    keep(JSON.stringify([...memory]))
    for (const { title, body } of told.alerts) onTold({ atMs: clock.now(), title, body })
  }

  if (home === 'remote') links.add('elsewhere', SERVER)

  return {
    get shown() {
      const { icon } = viewOf({ servers: servers(), language: 'en', choices: DEFAULT_CHOICES, lastLook: null, nowMs: clock.now() })
      return icon.incomplete ? null : (icon.count ?? 0)
    },
    setBundled: (isThere) => links.setLocal(isThere ? SERVER : null),
    sleep: links.stop,
    wake: links.kick,
    end() {
      process.end()
      links.stop()
    },
  }
}

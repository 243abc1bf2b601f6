/** A life of the desktop app, from its links to its notifications, without the shell; what it remembers outlives it. */
import { fromKept, toKept } from '../../main/core/alert-memory.ts'
import { type AlertState, NOTHING_TOLD, stepAlerts } from '../../main/core/alerts.ts'
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
const NOBODY_ASKS = { locked: false, idleMs: 0 }

export function createSimApp({ clock, process, random, wire, server, home, kept, keep, onTold }: SimAppDeps): SimApp {
  const { schedule } = process
  const links = createLinks({
    createTransport: () => createSimTransport({ process, wire, server, random }),
    now: clock.now,
    schedule,
    random,
    onChange: () => apply(),
  })
  let state: AlertState = { ...NOTHING_TOLD, ...(kept === null ? null : fromKept(JSON.parse(kept))) }
  let wokeMs = clock.now()
  let endWait: (() => void) | null = null

  /** The other one is not there. */
  const servers = (): readonly ServerView[] => links.servers.filter(({ kind }) => kind === home)

  function apply(): void {
    endWait?.()
    endWait = null
    if (!process.isRunning) return
    const nowMs = clock.now()
    const stepped = stepAlerts(state, {
      ...{ servers: servers(), language: 'en', choices: DEFAULT_CHOICES, presence: NOBODY_ASKS, nowMs, wokeMs },
      preferences: { notifications: true, notificationText: 'mail' },
    })
    state = stepped.state
    keep(JSON.stringify(toKept(state.memories, nowMs)))
    for (const { title, body } of stepped.show) onTold({ atMs: nowMs, title, body })
    if (stepped.nextMs !== null) endWait = schedule(apply, Math.max(0, stepped.nextMs - nowMs))
  }

  if (home === 'remote') links.add('elsewhere', SERVER)

  return {
    get shown() {
      const { icon } = viewOf({ servers: servers(), language: 'en', choices: DEFAULT_CHOICES, lastLook: null, nowMs: clock.now() })
      return icon.incomplete ? null : (icon.count ?? 0)
    },
    setBundled: (isThere) => links.setLocal(isThere ? SERVER : null),
    sleep: links.stop,
    wake() {
      wokeMs = clock.now()
      links.kick()
    },
    end() {
      process.end()
      links.stop()
    },
  }
}

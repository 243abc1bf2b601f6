/** Plays states and time to the plan of notifications, as the app does. */
import { expect } from 'vitest'
import { DEFAULT_DESKTOP_SETTINGS } from '../../../common/protocol/settings.ts'
import type { NotificationPlan } from '../../../main/notifications/compose.ts'
import { fromStored, toStored } from '../../../main/notifications/history.ts'
import { type PlanInput, type NotificationState, NOTHING_NOTIFIED, planNotifications } from '../../../main/notifications/plan.ts'
import type { DesktopSettings } from '../../../common/protocol/settings.ts'
import type { ServerView } from '../../../common/protocol/window-state.ts'
import type { Message } from '../../../common/protocol/wire.ts'
import { createWordsFor } from '../../../common/words/words.ts'
import { account, messageAt, server } from '../fixtures.ts'

const wordsFor = createWordsFor()
export const START = Date.UTC(2026, 0, 1, 12)
export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000

export type Change = Partial<Omit<PlanInput, 'servers' | 'nowMs'>>

interface Player {
  nowMs: number
  /** All notifications so far, in order. */
  readonly shown: NotificationPlan[]
  readonly closed: string[]
  state: NotificationState
  input: PlanInput
  /** Plans a new state; returns its notifications once the burst is over. */
  see(servers: readonly ServerView[], change?: Change, passMs?: number): readonly NotificationPlan[]
  /** Lets time pass, and runs only what is due. */
  pass(ms: number): readonly NotificationPlan[]
  /** Restarts the app after this delay, with what it has stored. */
  restart(afterMs: number): void
}

export const ACTIVE = { locked: false, idleMs: 0 }

export function player(change: Partial<PlanInput> = {}): Player {
  const input: PlanInput = {
    servers: [],
    words: wordsFor('en'),
    settings: DEFAULT_DESKTOP_SETTINGS,
    sharedSettings: { notifications: true, notificationText: 'mail' },
    idle: ACTIVE,
    nowMs: START,
    wokeMs: START,
    ...change,
  }
  let nextMs: number | null = null
  function step(): void {
    const { state, show, close, ...rest } = planNotifications(self.state, { ...self.input, nowMs: self.nowMs })
    self.state = state
    self.shown.push(...show)
    self.closed.push(...close)
    if (rest.nextMs !== null) expect(rest.nextMs).toBeGreaterThan(self.nowMs)
    nextMs = rest.nextMs
  }
  const self: Player = {
    nowMs: START,
    shown: [],
    closed: [],
    state: NOTHING_NOTIFIED,
    input,
    see(servers, next = {}, passMs = MINUTE_MS) {
      const before = self.shown.length
      self.input = { ...self.input, ...next, servers }
      step()
      self.pass(passMs)
      return self.shown.slice(before)
    },
    pass(ms) {
      const before = self.shown.length
      const untilMs = self.nowMs + ms
      while (nextMs !== null && nextMs <= untilMs) {
        self.nowMs = nextMs
        step()
      }
      self.nowMs = untilMs
      return self.shown.slice(before)
    },
    restart(afterMs) {
      const stored = fromStored(JSON.parse(JSON.stringify(toStored(self.state.memories, self.state.lastMs ?? 0))))
      if (!stored) throw new Error('What was stored cannot be read.')
      self.nowMs += afterMs
      self.state = { ...NOTHING_NOTIFIED, ...stored }
      self.input = { ...self.input, wokeMs: self.nowMs }
      nextMs = null
    },
  }
  return self
}

/** Plans states one after another, a minute apart; returns the notifications of each. */
export function play(states: readonly (readonly ServerView[])[], language: 'en' | 'ko' = 'en'): (readonly NotificationPlan[])[] {
  const app = player({ words: wordsFor(language) })
  return states.map((servers) => app.see(servers))
}
export const chosen = (change: Partial<DesktopSettings>): { settings: DesktopSettings } => ({
  settings: { ...DEFAULT_DESKTOP_SETTINGS, ...change },
})
export const inbox = (unread: number, latest?: readonly Message[]): ServerView[] => [
  server([account('a', unread, latest && { latest: [...latest] })]),
]
export const textsOf = (alerts: readonly NotificationPlan[] | undefined): string[] =>
  (alerts ?? []).map(({ title, body }) => `${title} | ${body}`)

export const none: Message[] = []
export const first = messageAt('1', 1, 'Ann <ann@example.org>', 'one')
export const second = messageAt('2', 2, 'Bob <bob@example.org>', 'two')
export const third = messageAt('3', 3, 'Boss <boss@example.org>', 'three')

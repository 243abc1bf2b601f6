import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { withLastCounts } from '../../../client/last-counts.ts'
import { DEFAULT_DESKTOP_SETTINGS } from '../../../common/protocol/settings.ts'
import type { NotificationPlan } from '../../../main/notifications/compose.ts'
import { fromStored, toStored } from '../../../main/notifications/history.ts'
import { escapeMarkup } from '../../../common/model/text.ts'
import { type PlanInput, type NotificationState, NOTHING_NOTIFIED, planNotifications } from '../../../main/notifications/plan.ts'
import type { DesktopSettings } from '../../../common/protocol/settings.ts'
import type { ServerView } from '../../../common/protocol/window-state.ts'
import type { Message } from '../../../common/protocol/wire.ts'
import { createWordsFor } from '../../../common/words/words.ts'
import { account, messageAt, retrying, server } from '../fixtures.ts'

const wordsFor = createWordsFor()
const START = Date.UTC(2026, 0, 1, 12)
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

type Change = Partial<Omit<PlanInput, 'servers' | 'nowMs'>>

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

const ACTIVE = { locked: false, idleMs: 0 }

function player(change: Partial<PlanInput> = {}): Player {
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
function play(states: readonly (readonly ServerView[])[], language: 'en' | 'ko' = 'en'): (readonly NotificationPlan[])[] {
  const app = player({ words: wordsFor(language) })
  return states.map((servers) => app.see(servers))
}
const chosen = (change: Partial<DesktopSettings>): { settings: DesktopSettings } => ({
  settings: { ...DEFAULT_DESKTOP_SETTINGS, ...change },
})
const inbox = (unread: number, latest?: readonly Message[]): ServerView[] => [
  server([account('a', unread, latest && { latest: [...latest] })]),
]
const textsOf = (alerts: readonly NotificationPlan[] | undefined): string[] => (alerts ?? []).map(({ title, body }) => `${title} | ${body}`)

describe('a notification', () => {
  test('is not shown for the first count', () => {
    expect(play([inbox(5, [messageAt('1', 0)])]).flat()).toEqual([])
  })

  test('contains the sender and subject of one new message', () => {
    const [, shown] = play([
      inbox(1, [messageAt('1', 0)]),
      inbox(2, [messageAt('2', 1, '"Kim, Haneul" <kim@example.org>', '회의'), messageAt('1', 0)]),
    ])
    expect(textsOf(shown)).toEqual(['Kim, Haneul | 회의'])
  })

  test('shows text of a sender on one line, without characters that reorder it', () => {
    const [, shown] = play([inbox(0, []), inbox(1, [messageAt('1', 0, 'A\u202egnp <x@example.org>', 'one\ntwo\u0000')])])
    expect(textsOf(shown)).toEqual(['Agnp | one two'])
  })

  test('shows the address of a sender without a name', () => {
    const [, shown] = play([inbox(0, []), inbox(1, [messageAt('1', 0, ' <kim@example.org> ', '')])])
    expect(textsOf(shown)).toEqual(['kim@example.org | (no subject)'])
  })

  test('covers several simultaneous messages, with their senders', () => {
    const [, shown] = play([
      inbox(0, []),
      inbox(5, ['1', '2', '3', '4', '5'].map((id) => messageAt(id, Number(id), `Sender ${id} <s@example.org>`)).toReversed()),
    ])
    expect(textsOf(shown)).toEqual(['5 new emails | Sender 5, Sender 4, Sender 3 and 2 more'])
  })

  test('shows the number if the source names no messages', () => {
    const [, shown] = play([inbox(1), inbox(3)])
    expect(textsOf(shown)).toEqual(['2 new emails | a: 3 unread'])
  })

  test('is not shown when the number falls, nor when a read message is unread again', () => {
    const both = [messageAt('2', 1), messageAt('1', 0)]
    expect(play([inbox(2, both), inbox(1, [messageAt('1', 0)]), inbox(2, both), inbox(0, [])]).flat()).toEqual([])
  })

  test('offers actions for one message if its source supports them, and none for several', () => {
    const actions = ['read', 'delete'] as const
    const states = [0, 1, 3].map((unread) => {
      const latest = Array.from({ length: unread }, (_, i) => messageAt(String(i), i)).toReversed()
      return [server([account('a', unread, { latest, actions: [...actions] })])]
    })
    const [, one, several] = play(states)
    expect(one?.[0]?.actions).toEqual([
      { label: 'Mark as read', request: { server: 'local', account: 'a', message: '0', action: 'read' } },
      { label: 'Delete', request: { server: 'local', account: 'a', message: '0', action: 'delete' } },
    ])
    expect(several?.[0]?.actions).toEqual([])
  })

  test('is shown for a new message that arrived while another was read', () => {
    const [, shown] = play([inbox(1, [messageAt('1', 0)]), inbox(1, [messageAt('2', 1)])])
    expect(textsOf(shown)).toEqual(['Kim | subject 2'])
  })

  test('is shown for a rise in a folder whose messages the source does not name', () => {
    const [, shown, again] = play([inbox(1, [messageAt('1', 0)]), inbox(2, [messageAt('1', 0)]), inbox(2, [messageAt('1', 0)])])
    expect(textsOf(shown)).toEqual(['1 new email | a: 2 unread'])
    expect(again).toEqual([])
  })

  test('waits for the names of new messages only if the source reports names', () => {
    const one = [messageAt('1', 0)]
    const app = player()
    app.see(inbox(1, one))
    app.input = { ...app.input, servers: inbox(2, one) }
    expect(app.pass(0)).toEqual([])
    const due = (servers: readonly ServerView[]): number | null => {
      const step = planNotifications(app.state, { ...app.input, servers, nowMs: app.nowMs })
      return step.nextMs === null ? null : step.nextMs - app.nowMs
    }
    expect(due(inbox(2, one))).toBe(4_000)
    expect(due(inbox(2, [messageAt('2', 1), ...one]))).toBe(1_000)
    expect(due(inbox(1, one))).toBeNull()
    expect(due([server([account('a', 2, { latest: one, status: 'stale' })])])).toBeNull()
    const nameless = player()
    nameless.see(inbox(1))
    expect(planNotifications(nameless.state, { ...nameless.input, servers: inbox(2), nowMs: nameless.nowMs }).nextMs).toBe(
      nameless.nowMs + 1_000,
    )
  })

  test('waits for one second of quiet, and at most five seconds', () => {
    const app = player()
    app.see(inbox(0, []))
    const messages: Message[] = []
    const shown: number[] = []
    for (let id = 1; id <= 20; id += 1) {
      messages.unshift(messageAt(String(id), id))
      shown.push(app.see(inbox(messages.length, [...messages]), {}, 600).length)
    }
    shown.push(app.pass(MINUTE_MS).length)
    // 600 ms between two messages leave no second of quiet until the last one.
    expect(shown.flatMap((count, at) => (count > 0 ? [at] : []))).toEqual([8, 17, 20])
    expect(app.shown.map(({ title }) => title)).toEqual(['9 new emails', '9 new emails', '2 new emails'])
    expect(new Set(app.shown.map(({ id }) => id)).size).toBe(1)
  })

  test('is not delayed by a clock that is set back', () => {
    const app = player()
    app.see(inbox(0, none))
    app.see(inbox(1, [first]), {}, 500)
    app.nowMs -= HOUR_MS
    expect(app.see(inbox(1, [first]), {}, 2_000)).toHaveLength(1)
  })

  test('is not repeated when a message that was notified by its number gets its name', () => {
    const one = [messageAt('1', 0)]
    const [, shown, again] = play([inbox(1, one), inbox(2, one), inbox(2, [messageAt('2', 1), ...one])])
    expect(textsOf(shown)).toEqual(['1 new email | a: 2 unread'])
    expect(again).toEqual([])
  })

  test('is not shown for messages that are named once the source knows all folders', () => {
    expect(
      play([
        inbox(5),
        inbox(5, [messageAt('2', 2), messageAt('1', 1)]),
        inbox(
          5,
          [5, 4, 3, 2, 1].map((id) => messageAt(String(id), id)),
        ),
      ]).flat(),
    ).toEqual([])
  })

  test('is not shown for an older message that is named after newer ones were read', () => {
    expect(play([inbox(3, [messageAt('3', 3), messageAt('2', 2)]), inbox(2, [messageAt('2', 2), messageAt('1', 1)])]).flat()).toEqual([])
  })

  /** As many as a source names, with `newest` first. */
  const tenFrom = (newest: number): readonly Message[] => Array.from({ length: 10 }, (_, i) => messageAt(String(newest - i), newest - i))

  test('is shown for a new message even if unnamed messages were read meanwhile', () => {
    const [, shown] = play([inbox(20, tenFrom(20)), inbox(2, [messageAt('21', 21), messageAt('20', 20)])])
    expect(textsOf(shown)).toEqual(['Kim | subject 21'])
  })

  test('does not count a message again when its name follows, even if more are unread than the source names', () => {
    const app = player()
    app.see(inbox(10, tenFrom(10)))
    const shown = app.see(inbox(12, tenFrom(11)), {}, 10_000)
    expect(textsOf(shown)).toEqual(['2 new emails | Kim and 1 more'])
    expect(textsOf(app.see(inbox(13, tenFrom(13)), {}, 10_000))).toEqual(['Kim | subject 13'])
  })

  test('is shown for a message that arrived as another was read, and whose name came late', () => {
    const [one, two, three] = [messageAt('1', 1), messageAt('2', 2), messageAt('3', 3)]
    const shown = play([inbox(2, [two, one]), inbox(2, [one]), inbox(2, [three, one])])
    expect(textsOf(shown.flat())).toEqual(['Kim | subject 3'])
  })

  test('waits for a lost connection: messages that arrive meanwhile are notified once, after it', () => {
    const away = [server([account('a', 1)], retrying)]
    const old = [server([account('a', 4, { status: 'stale' })])]
    expect(play([inbox(1), away, old, inbox(3), inbox(3)]).map((alerts) => alerts.length)).toEqual([0, 0, 0, 1, 0])
  })

  test('does not count a notified message again that was read, and made unread while the connection was lost', () => {
    const one = messageAt('1', 1)
    const [, , , shown] = play([inbox(0, []), inbox(1, [one]), inbox(0, []), inbox(2, [messageAt('2', 2), one])])
    expect(textsOf(shown)).toEqual(['Kim | subject 2'])
  })

  test('replaces the previous one of the same account, and no other', () => {
    const two = (a: number, b: number): ServerView[] => [server([account('a', a), account('b', b)])]
    const [, first, second] = play([two(0, 0), two(1, 1), two(2, 1)])
    expect(first).toHaveLength(2)
    expect(second?.[0]?.id).toBe(first?.[0]?.id)
    expect(first?.[0]?.id).not.toBe(first?.[1]?.id)
  })

  test('is not shown for an account that was removed and added again', () => {
    expect(play([inbox(1), [server([])], inbox(9)]).flat()).toEqual([])
  })

  test('is written in Korean', () => {
    const [, shown] = play([inbox(1), inbox(3)], 'ko')
    expect(textsOf(shown)).toEqual(['새 메일 2통 | a: 읽지 않음 3통'])
  })

  test('escapes markup for servers that read it', () => {
    expect(escapeMarkup('a < b & c > d')).toBe('a &lt; b &amp; c &gt; d')
  })
})

const none: Message[] = []
const first = messageAt('1', 1, 'Ann <ann@example.org>', 'one')
const second = messageAt('2', 2, 'Bob <bob@example.org>', 'two')
const third = messageAt('3', 3, 'Boss <boss@example.org>', 'three')

describe('what bystanders may read', () => {
  const shown = (notificationText: 'mail' | 'account' | 'nothing', states: readonly (readonly ServerView[])[]) => {
    const app = player({ sharedSettings: { notifications: true, notificationText } })
    return states.map((servers) => textsOf(app.see(servers)))
  }

  test('a notification shows only the account, or only that there is new email', () => {
    const states = [inbox(0, none), inbox(1, [first]), inbox(3, [third, second, first])]
    expect(shown('account', states)).toEqual([[], ['New email | a'], ['2 new emails | a']])
    expect(shown('nothing', states)).toEqual([[], ['New email | '], ['2 new emails | ']])
  })

  test('a notification without sender and subject offers no action', () => {
    const app = player({ sharedSettings: { notifications: true, notificationText: 'account' } })
    app.see([server([account('a', 0, { latest: [], actions: ['delete'] })])])
    const [alert] = app.see([server([account('a', 1, { latest: [first], actions: ['delete'] })])])
    expect(alert?.actions).toEqual([])
    expect(alert?.message?.message).toEqual(first)
  })
})

describe('a deferred message', () => {
  const all = [{ scope: null, untilMs: null }]

  test('is part of a summary when the mute ends, unless it was read meanwhile', () => {
    const app = player()
    app.see(inbox(0, none))
    expect(app.see(inbox(1, [first]), chosen({ muted: all }))).toEqual([])
    expect(app.see(inbox(3, [third, second, first]))).toEqual([])
    expect(app.see(inbox(2, [third, first]))).toEqual([])
    expect(textsOf(app.see(inbox(2, [third, first]), chosen({})))).toEqual(['2 new emails | Boss, Ann'])
    expect(app.see(inbox(2, [third, first]))).toEqual([])
  })

  test('counts only if it is still unread when the mute ends, even without a name', () => {
    const app = player()
    const one = messageAt('1', 1)
    app.see(inbox(0, []), chosen({ muted: [{ scope: null, untilMs: START + HOUR_MS }] }))
    app.see(inbox(2, [one]))
    app.see(inbox(1, [one]))
    expect(textsOf(app.pass(HOUR_MS))).toEqual(['Kim | subject 1'])
  })

  test('is left out if it was read before the mute ended, even if its name came late', () => {
    const app = player()
    const [old, one, two] = [messageAt('0', 0), messageAt('1', 1), messageAt('2', 2)]
    app.see(inbox(1, [old]), chosen({ muted: [{ scope: null, untilMs: START + HOUR_MS }] }))
    app.see(inbox(3, [one, old]), {}, 10_000)
    app.see(inbox(3, [two, one, old]), {}, 10_000)
    app.see(inbox(2, [one, old]))
    expect(textsOf(app.pass(HOUR_MS))).toEqual(['Kim | subject 1'])
  })

  test('is notified even if it was moved meanwhile to a folder whose messages are named later', () => {
    const app = player()
    const [old, one] = [messageAt('0', 0), { ...messageAt('1', 1), folder: 'INBOX' }]
    app.see(inbox(1, [old]), chosen({ muted: [{ scope: null, untilMs: START + HOUR_MS }] }))
    app.see(inbox(2, [one, old]))
    app.see(inbox(2, [old]))
    app.see(inbox(2, [{ ...one, id: '7', folder: 'Lists' }, old]))
    expect(textsOf(app.pass(HOUR_MS))).toEqual(['Kim | subject 1'])
  })

  test('is notified even if it was moved while more are unread than the source names', () => {
    const app = player()
    const named = (...minutes: readonly number[]): Message[] => minutes.map((minute) => messageAt(String(minute), minute))
    app.see(inbox(3, named(2, 1)), chosen({ muted: [{ scope: null, untilMs: START + HOUR_MS }] }))
    app.see(inbox(4, named(3, 2)))
    app.see(inbox(4, named(2, 1)))
    app.see(inbox(4, [{ ...messageAt('3', 3), id: '7', folder: 'Lists' }, ...named(2)]))
    expect(textsOf(app.pass(HOUR_MS))).toEqual(['Kim | subject 3'])
  })

  test('is notified when a mute expires', () => {
    const app = player()
    app.see(inbox(0, none))
    app.see(inbox(1, [first]), chosen({ muted: [{ scope: null, untilMs: START + HOUR_MS }] }))
    expect(app.pass(HOUR_MS - 3 * MINUTE_MS)).toEqual([])
    expect(textsOf(app.pass(2 * MINUTE_MS))).toEqual(['Ann | one'])
    expect(app.nowMs).toBeGreaterThanOrEqual(START + HOUR_MS)
  })

  test('is counted at most once per unread message, although the list omits older ones', () => {
    const app = player(chosen({ muted: all }))
    app.see(inbox(0, none))
    const messages: Message[] = []
    for (let id = 1; id <= 30; id += 1) {
      messages.unshift(messageAt(String(id), id))
      app.see(inbox(messages.length, messages.slice(0, 10)))
    }
    app.see(inbox(12, messages.slice(0, 10)))
    expect(app.see(inbox(12, messages.slice(0, 10)), chosen({})).map(({ title }) => title)).toEqual(['12 new emails'])
  })

  test('belongs to the muted folder or account only; others are notified', () => {
    const listed = { ...first, folder: 'Lists' }
    const app = player(chosen({ muted: [{ scope: { server: 'local', account: 'a', folder: 'Lists' }, untilMs: null }] }))
    app.see(inbox(0, none))
    expect(textsOf(app.see(inbox(2, [{ ...second, folder: 'INBOX' }, listed])))).toEqual(['Bob | two'])
    expect(textsOf(app.see(inbox(2, [{ ...second, folder: 'INBOX' }, listed]), chosen({})))).toEqual(['Ann | one'])
  })

  test('is never from a VIP while muted, by address or by domain', () => {
    const app = player(chosen({ muted: all, vips: ['Boss@Example.org'] }))
    app.see(inbox(0, none))
    expect(textsOf(app.see(inbox(2, [third, second])))).toEqual(['Boss | three'])
    const team = chosen({ muted: all, vips: ['@team.example'] })
    const ofTeam = { ...messageAt('4', 4, 'Eve <eve@team.example>', 'four') }
    const notOfTeam = messageAt('5', 5, 'eve@notteam.example', 'five')
    expect(textsOf(app.see(inbox(4, [notOfTeam, ofTeam, third, second]), team))).toEqual(['Eve | four'])
  })

  test('waits while the screen is locked, even from a VIP, and is notified once it is unlocked', () => {
    const app = player(chosen({ vips: ['boss@example.org'] }))
    app.see(inbox(0, none))
    expect(app.see(inbox(1, [third]), { idle: { locked: true, idleMs: 0 } })).toEqual([])
    expect(textsOf(app.see(inbox(1, [third]), { idle: ACTIVE }))).toEqual(['Boss | three'])
  })

  test('waits while the user is idle, and is notified within a minute of their return', () => {
    const app = player(chosen({ idleMinutes: 5 }))
    app.see(inbox(0, none))
    expect(app.see(inbox(1, [first]), { idle: { locked: false, idleMs: 5 * MINUTE_MS } })).toEqual([])
    expect(app.pass(HOUR_MS)).toEqual([])
    app.input = { ...app.input, idle: ACTIVE }
    expect(textsOf(app.pass(MINUTE_MS))).toEqual(['Ann | one'])
  })

  test('waits for the end of quiet hours, which extend past midnight from their own days', () => {
    const at = new Date(2026, 0, 2, 22, 59).getTime()
    const app = player({ ...chosen({ quietHours: [{ days: [new Date(at).getDay()], from: '23:00', to: '07:00' }] }), wokeMs: at })
    app.nowMs = at
    app.see(inbox(0, none))
    app.nowMs = new Date(2026, 0, 2, 23, 30).getTime()
    expect(app.see(inbox(2, [second, first]))).toEqual([])
    expect(app.pass(7 * HOUR_MS)).toEqual([])
    expect(textsOf(app.pass(HOUR_MS))).toEqual(['2 new emails | Bob, Ann'])
  })

  test('is dropped when notifications are turned off', () => {
    const app = player()
    app.see(inbox(0, none))
    app.see(inbox(1, [first]), chosen({ muted: all }))
    app.see(inbox(2, [second, first]), { sharedSettings: { notifications: false, notificationText: 'mail' } })
    expect(
      app.see(inbox(2, [second, first]), { ...chosen({}), sharedSettings: { notifications: true, notificationText: 'mail' } }),
    ).toEqual([])
  })
})

describe('after the app or the machine was away', () => {
  test('messages that arrived meanwhile make one summary with its start, and none is notified again', () => {
    const app = player()
    const two = (a: readonly Message[], b: readonly Message[]): ServerView[] => [
      server([account('a', a.length, { latest: [...a] }), account('b', b.length, { latest: [...b] })]),
    ]
    app.see(two([], []))
    app.see(two([first], []))
    app.restart(3 * 24 * HOUR_MS)
    const shown = app.see(two([second, first], [third]))
    expect(shown.map(({ body }) => body)).toEqual(['Boss, Bob'])
    expect(shown[0]?.title).toMatch(/^2 new emails since Thursday.* 12:0[0-9].PM$/)
    app.restart(HOUR_MS)
    expect(app.see(two([second, first], [third]))).toEqual([])
  })

  test('messages deferred before the exit are not lost', () => {
    const app = player(chosen({ muted: [{ scope: null, untilMs: null }] }))
    app.see(inbox(0, none))
    app.see(inbox(1, [first]))
    app.restart(MINUTE_MS)
    expect(app.see(inbox(1, [first]))).toEqual([])
    expect(textsOf(app.see(inbox(1, [first]), chosen({})))).toEqual(['Ann | one'])
  })

  test('a burst that was open at the exit is notified after the restart', () => {
    const app = player()
    app.see(inbox(0, none))
    app.see(inbox(1, [first]), {}, 500)
    expect(app.shown).toEqual([])
    app.restart(MINUTE_MS)
    expect(textsOf(app.see(inbox(1, [first])))).toEqual(['Ann | one'])
  })

  test('a server that has restarted and counts again is no news, except for what has arrived meanwhile', () => {
    const app = player()
    const states = [inbox(0, none), inbox(1, [first])]
    expect(states.flatMap((servers) => textsOf(app.see(servers)))).toEqual(['Ann | one'])
    const counted = inbox(1, [first])[0]?.accounts ?? null
    const restarted = [server(withLastCounts([account('a', null)], counted))]
    expect(restarted[0]?.accounts).toMatchObject([{ unread: 1, status: 'stale', latest: [first] }])
    expect([app.see(restarted), app.see(inbox(1, [first])), app.closed]).toEqual([[], [], []])
    app.see(restarted)
    expect(textsOf(app.see(inbox(2, [second, first])))).toHaveLength(1)
    expect(app.see(inbox(2, [second, first]))).toEqual([])
  })

  test('after a sleep, all accounts share one summary', () => {
    const app = player()
    const two = (a: readonly Message[], b: readonly Message[], link = { phase: 'live' } as ServerView['link']): ServerView[] => [
      server([account('a', a.length, { latest: [...a] })], link),
      server([account('b', b.length, { latest: [...b] })], { phase: 'live' }, 'remote'),
    ]
    app.see(two([], []))
    app.nowMs += 12 * HOUR_MS
    app.see(two([], [third], retrying), { wokeMs: app.nowMs }, 3_000)
    expect(app.shown).toEqual([])
    const shown = app.see(two([second, first], [third]))
    expect(shown.map(({ title }) => title)).toEqual([expect.stringMatching(/^3 new emails since /)])
  })

  test('a server that does not reconnect delays the others by at most ten seconds', () => {
    const app = player()
    app.see([...inbox(0, []), server([account('b', 0)], { phase: 'live' }, 'remote')])
    app.restart(HOUR_MS)
    app.see([...inbox(1, [first]), server(null, retrying, 'remote')], {}, 9_000)
    expect(app.shown).toEqual([])
    expect(textsOf(app.pass(2_000))).toEqual(['Ann | one'])
  })
})

describe('the same message', () => {
  test('is notified once although it is copied to another folder or moved', () => {
    const app = player()
    app.see(inbox(0, none))
    const there = { ...first, folder: 'INBOX' }
    const copy = { ...first, id: '77', folder: 'Lists' }
    expect(app.see(inbox(1, [there]))).toHaveLength(1)
    expect(app.see(inbox(2, [copy, there]))).toEqual([])
    expect(app.see(inbox(1, [{ ...first, id: '78', folder: 'Archive' }]))).toEqual([])
  })

  test('is notified once although a second server of the account names it', () => {
    const app = player()
    const both = (messages: readonly Message[], others: readonly Message[]): ServerView[] => [
      ...inbox(messages.length, messages),
      server([account('a', others.length, { latest: [...others] })], { phase: 'live' }, 'team'),
    ]
    app.see(both([], []))
    expect(textsOf(app.see(both([first], [])))).toEqual(['Ann | one'])
    expect(app.see(both([first], [{ ...first, id: 'other' }]))).toEqual([])
  })

  test.each([
    ['at the same time', {}, 0],
    ['after a restart', {}, HOUR_MS],
    ['while everything is muted', chosen({ muted: [{ scope: null, untilMs: null }] }), 0],
  ])('is notified once although two servers name it %s', (_when, change, awayMs) => {
    const app = player()
    const both = (messages: readonly Message[], others: readonly Message[]): ServerView[] => [
      ...inbox(messages.length, messages),
      server([account('a', others.length, { latest: [...others] })], { phase: 'live' }, 'team'),
    ]
    app.see(both([], []), change)
    if (awayMs > 0) app.restart(awayMs)
    app.see(both([first], [{ ...first, id: 'other' }]))
    app.see(both([first], [{ ...first, id: 'other' }]), chosen({}))
    expect(textsOf(app.shown)).toEqual(['Ann | one'])
  })

  test('is notified once although it arrives in two folders at once', () => {
    const app = player()
    app.see(inbox(0, none))
    const there = { ...first, folder: 'INBOX' }
    expect(textsOf(app.see(inbox(2, [there, { ...first, id: '77', folder: 'Lists' }])))).toEqual(['Ann | one'])
    expect(textsOf(app.see(inbox(3, [{ ...second, folder: 'INBOX' }, there, { ...first, id: '77', folder: 'Lists' }])))).toEqual([
      'Bob | two',
    ])
  })

  test('is notified once although it is moved away and back, as by an undo on another device', () => {
    const app = player()
    app.see(inbox(0, none))
    const there = { ...first, folder: 'INBOX' }
    expect(app.see(inbox(1, [there]))).toHaveLength(1)
    app.see(inbox(0, none))
    expect(app.see(inbox(1, [{ ...there, id: '99' }]))).toEqual([])
  })

  test('counts as two messages if it is twice in one folder', () => {
    const app = player()
    app.see(inbox(0, none))
    app.see(inbox(1, [first]))
    expect(textsOf(app.see(inbox(2, [{ ...first, id: '9' }, first])))).toEqual(['Ann | one'])
  })
})

describe('a shown notification', () => {
  test('is closed once all its messages are read, on any device', () => {
    const app = player()
    app.see(inbox(0, none))
    const [alert] = app.see(inbox(2, [second, first]))
    app.see(inbox(1, [first]))
    expect(app.closed).toEqual([])
    app.see([server([account('a', 0, { status: 'stale' })])])
    expect(app.closed).toEqual([])
    app.see(inbox(0, none))
    expect(app.closed).toEqual([alert?.id])
    app.see(inbox(0, none))
    expect(app.closed).toHaveLength(1)
  })

  test('is closed when notifications are turned off, and when its account is removed', () => {
    const off = { sharedSettings: { notifications: false, notificationText: 'mail' as const } }
    const [one, two] = [player(), player()]
    for (const app of [one, two]) {
      app.see(inbox(0, none))
      app.see(inbox(1, [first]))
    }
    one.see(inbox(1, [first]), off)
    two.see([server([])])
    expect([one.closed, two.closed]).toEqual([[one.shown[0]?.id], [two.shown[0]?.id]])
  })

  test('is closed when its account or server is removed while another server is unreachable', () => {
    const away = server(null, retrying, 'away')
    const [one, two] = [player(), player()]
    for (const app of [one, two]) {
      app.see([...inbox(0, none), away])
      app.see([...inbox(1, [first]), away])
      expect(app.shown).toHaveLength(1)
    }
    one.see([server([]), away])
    two.see([away])
    expect([one.closed, two.closed]).toEqual([[one.shown[0]?.id], [two.shown[0]?.id]])
  })

  test('stays while its own server does not answer', () => {
    const app = player()
    app.see(inbox(0, none))
    app.see(inbox(1, [first]))
    app.see([server(null)])
    app.see([server([], retrying)])
    expect(app.closed).toEqual([])
  })

  test('of messages without names is closed once the number has fallen by as many', () => {
    const app = player()
    app.see(inbox(3))
    app.see(inbox(5))
    app.see(inbox(4))
    expect(app.closed).toEqual([])
    app.see(inbox(3))
    expect(app.closed).toHaveLength(1)
  })
})

test('the stored state identifies no sender or account', () => {
  const app = player(chosen({ muted: [{ scope: null, untilMs: null }] }))
  app.see(inbox(0, none))
  app.see(inbox(1, [messageAt('id-of-it', 1, 'Secret Sender <secret@example.org>', 'secret subject')]))
  const stored = JSON.stringify(toStored(app.state.memories, START))
  for (const word of ['ecret', 'id-of-it', 'example', '"a"', 'local']) expect(stored).not.toContain(word)
  expect(fromStored({ accounts: [{ account: 7 }] })).toBeNull()
})

describe('over any history', () => {
  type Step = 'deliver' | 'read newest' | 'read oldest' | 'unread again' | 'link lost' | 'link back'
  const steps = fc.array(fc.constantFrom<Step>('deliver', 'read newest', 'read oldest', 'unread again', 'link lost', 'link back'), {
    maxLength: 40,
  })

  /** A mailbox that names all messages; returns the number delivered, and what the notifications reported. */
  function live(history: readonly Step[]): { delivered: number; counted: number; singles: string[] } {
    const unread: Message[] = []
    const read: Message[] = []
    let connected = true
    let minute = 0
    const states: ServerView[][] = []
    const show = (): void => {
      const accounts = [
        account('a', unread.length, { latest: unread.toSorted((x, y) => ((x.date ?? '') < (y.date ?? '') ? 1 : -1)).slice(0, 20) }),
      ]
      states.push([server(accounts, connected ? { phase: 'live' } : retrying)])
    }
    show()
    for (const step of history) {
      if (step === 'deliver' && minute < 15) unread.unshift(messageAt(String(++minute), minute, 'X <x@example.org>'))
      const taken = step === 'read newest' ? unread.shift() : step === 'read oldest' ? unread.pop() : undefined
      if (taken) read.push(taken)
      const again = step === 'unread again' ? read.pop() : undefined
      if (again) unread.push(again)
      if (step === 'link lost') connected = false
      if (step === 'link back') connected = true
      if (connected) show()
    }
    connected = true
    show()
    const alerts = play(states).flat()
    const counted = alerts.reduce((sum, { title }) => sum + Number(/^(\d+) new emails?$/.exec(title)?.[1] ?? 1), 0)
    return { delivered: minute, counted, singles: alerts.filter(({ title }) => title === 'X').map(({ body }) => body) }
  }

  test('no message is notified twice, and every message is notified while the connection is live', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const { delivered, counted, singles } = live(history)
        expect(new Set(singles).size).toBe(singles.length)
        expect(counted).toBeLessThanOrEqual(delivered)
        if (!history.includes('link lost')) expect(counted).toBe(delivered)
      }),
    )
  })

  type Move = 'deliver' | 'read' | 'mute' | 'unmute' | 'lock' | 'unlock' | 'lost' | 'back' | 'restart' | 'sleep'
  const moves = fc.array(
    fc.tuple(
      fc.constantFrom<Move>(
        'deliver',
        'deliver',
        'deliver',
        'read',
        'mute',
        'unmute',
        'lock',
        'unlock',
        'lost',
        'back',
        'restart',
        'sleep',
      ),
      fc.constantFrom(100, 900, 3_000, 20_000),
    ),
    { maxLength: 60 },
  )

  test('every message that stays unread is notified exactly once, despite deferrals, restarts and sleep', () => {
    fc.assert(
      fc.property(moves, (history) => {
        const app = player()
        const unread: Message[] = []
        let next = 0
        let isLive = true
        const shown = new Map<string, number>()
        const count = (alerts: readonly NotificationPlan[]): number =>
          alerts.reduce((sum, { title }) => sum + Number(/^(\d+) new emails?/.exec(title)?.[1] ?? 1), 0)
        const readBefore = new Set<string>()
        const see = (change: Change, ms: number): void => {
          const servers = [server([account('a', unread.length, { latest: [...unread] })], isLive ? { phase: 'live' } : retrying)]
          for (const { title, body } of app.see(servers, change, ms)) if (title.startsWith('X')) shown.set(body, (shown.get(body) ?? 0) + 1)
        }
        see({}, 20_000)
        for (const [move, ms] of history) {
          let change: Change = {}
          if (move === 'deliver' && next < 19) unread.unshift(messageAt(String(next), (next += 1), `X${next} <x@example.org>`, `s${next}`))
          if (move === 'read') {
            const gone = unread.shift()
            if (gone) readBefore.add(gone.id)
          }
          if (move === 'mute') change = chosen({ muted: [{ scope: null, untilMs: null }] })
          if (move === 'unmute') change = chosen({})
          if (move === 'lock' || move === 'unlock') change = { idle: { locked: move === 'lock', idleMs: 0 } }
          if (move === 'lost') isLive = false
          if (move === 'back') isLive = true
          if (move === 'restart') app.restart(HOUR_MS)
          if (move === 'sleep') change = { wokeMs: (app.nowMs += HOUR_MS) }
          see(change, ms)
        }
        isLive = true
        see({ ...chosen({}), idle: ACTIVE }, 60_000)
        const all = count(app.shown)
        expect(all).toBeGreaterThanOrEqual(next - readBefore.size)
        expect(all).toBeLessThanOrEqual(next)
        expect([...shown.values()].every((times) => times === 1)).toBe(true)
        see({}, 60_000)
        expect(count(app.shown)).toBe(all)
      }),
      { numRuns: 300 },
    )
  })

  type Turn = 'deliver' | 'copy' | 'read' | 'mute' | 'unmute'
  const turns = fc.array(
    fc.tuple(
      fc.constantFrom<Turn>('deliver', 'deliver', 'deliver', 'copy', 'read', 'mute', 'unmute'),
      fc.constantFrom('a', 'b'),
      fc.constantFrom(0, 300, 900, 2_000, 20_000),
    ),
    { maxLength: 50 },
  )

  test('an account has one notification per burst, closed only once its messages are read, also with copies and a second server', () => {
    fc.assert(
      fc.property(turns, (history) => {
        const app = player()
        const messages = new Map<string, Message[]>([
          ['a', []],
          ['b', []],
        ])
        let next = 0
        let readBeforeNotified = 0
        const listed = (id: string): Message[] => messages.get(id) ?? []
        const shownAt = new Map<string, number>()
        const standing = new Map<string, NotificationPlan>()
        /** The second server also reports the first account, with different message ids. */
        const servers = (): ServerView[] => [
          server(['a', 'b'].map((id) => account(id, listed(id).length, { latest: listed(id) }))),
          server(
            [account('a', listed('a').length, { latest: listed('a').map((each) => ({ ...each, id: `team ${each.id}` })) })],
            undefined,
            'team',
          ),
        ]
        const see = (change: Change, ms: number): void => {
          const [shown, closed] = [app.shown.length, app.closed.length]
          app.see(servers(), change, 0)
          const settle = (fromShown: number, fromClosed: number): void => {
            for (const id of app.closed.slice(fromClosed)) {
              const { message: of } = standing.get(id) ?? { message: null }
              if (of) expect(listed(of.account).map(({ subject }) => subject)).not.toContain(of.message.subject)
              standing.delete(id)
            }
            for (const alert of app.shown.slice(fromShown)) {
              if (alert.id.startsWith('account')) expect(app.nowMs - (shownAt.get(alert.id) ?? 0)).toBeGreaterThanOrEqual(1_000)
              shownAt.set(alert.id, app.nowMs)
              standing.set(alert.id, alert)
            }
          }
          settle(shown, closed)
          for (let passed = 0; passed < ms; passed += 100) {
            const [shownNow, closedNow] = [app.shown.length, app.closed.length]
            app.pass(100)
            settle(shownNow, closedNow)
          }
        }
        see({}, 20_000)
        for (const [turn, id, ms] of history) {
          let change: Change = {}
          const here = listed(id)
          if (turn === 'deliver' && next < 9)
            here.unshift({ ...messageAt(String(next), (next += 1), 'X <x@example.org>', `s${next}`), folder: 'INBOX' })
          const [newest] = here
          if (turn === 'copy' && newest && here.filter(({ subject }) => subject === newest.subject).length < 2)
            here.splice(1, 0, { ...newest, id: `copy ${newest.id}`, folder: 'Lists' })
          if (turn === 'read' && newest) {
            messages.set(
              id,
              here.filter(({ subject }) => subject !== newest.subject),
            )
            readBeforeNotified += 1
          }
          if (turn === 'mute')
            change = chosen({
              muted: [
                { scope: { server: 'local', account: id }, untilMs: null },
                { scope: { server: 'team', account: id }, untilMs: null },
              ],
            })
          if (turn === 'unmute') change = chosen({})
          see(change, ms)
        }
        see(chosen({}), 20_000)
        const all = app.shown.reduce((sum, { title }) => sum + Number(/^(\d+) new emails?/.exec(title)?.[1] ?? 1), 0)
        expect(all).toBeLessThanOrEqual(next)
        expect(all).toBeGreaterThanOrEqual(next - readBeforeNotified)
        for (const id of messages.keys()) messages.set(id, [])
        see({}, 20_000)
        expect([...standing.keys()]).toEqual([])
      }),
      { numRuns: 300 },
    )
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEFAULT_DESKTOP_SETTINGS } from '../../../common/protocol/settings.ts'
import type { NotificationPlan } from '../../../main/notifications/compose.ts'
import { fromStored, toStored } from '../../../main/notifications/history.ts'
import { escapeMarkup } from '../../../common/model/text.ts'
import { type PlanInput, type NotificationState, NOTHING_NOTIFIED, planNotifications } from '../../../main/notifications/plan.ts'
import type { DesktopSettings } from '../../../common/protocol/settings.ts'
import type { ServerView } from '../../../common/protocol/window-state.ts'
import type { Message } from '../../../common/protocol/wire.ts'
import { account, mail, retrying, server } from '../fixtures.ts'

const START = Date.UTC(2026, 0, 1, 12)
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

type Change = Partial<Omit<PlanInput, 'servers' | 'nowMs'>>

interface Player {
  nowMs: number
  /** Everything that was told, in turn. */
  readonly told: NotificationPlan[]
  readonly closed: string[]
  state: NotificationState
  input: PlanInput
  /** A new state; gives what it told, once the burst is over. */
  see(servers: readonly ServerView[], change?: Change, passMs?: number): readonly NotificationPlan[]
  /** Nothing happens for so long but what is due. */
  pass(ms: number): readonly NotificationPlan[]
  /** The app ends, and starts so much later with what it has kept. */
  restart(afterMs: number): void
}

const NOBODY_ASKS = { locked: false, idleMs: 0 }

function player(change: Partial<PlanInput> = {}): Player {
  const input: PlanInput = {
    servers: [],
    language: 'en',
    settings: DEFAULT_DESKTOP_SETTINGS,
    sharedSettings: { notifications: true, notificationText: 'mail' },
    idle: NOBODY_ASKS,
    nowMs: START,
    wokeMs: START,
    ...change,
  }
  let nextMs: number | null = null
  function step(): void {
    const { state, show, close, ...rest } = planNotifications(self.state, { ...self.input, nowMs: self.nowMs })
    self.state = state
    self.told.push(...show)
    self.closed.push(...close)
    if (rest.nextMs !== null) expect(rest.nextMs).toBeGreaterThan(self.nowMs)
    nextMs = rest.nextMs
  }
  const self: Player = {
    nowMs: START,
    told: [],
    closed: [],
    state: NOTHING_NOTIFIED,
    input,
    see(servers, next = {}, passMs = MINUTE_MS) {
      const before = self.told.length
      self.input = { ...self.input, ...next, servers }
      step()
      self.pass(passMs)
      return self.told.slice(before)
    },
    pass(ms) {
      const before = self.told.length
      const untilMs = self.nowMs + ms
      while (nextMs !== null && nextMs <= untilMs) {
        self.nowMs = nextMs
        step()
      }
      self.nowMs = untilMs
      return self.told.slice(before)
    },
    restart(afterMs) {
      const kept = fromStored(JSON.parse(JSON.stringify(toStored(self.state.memories, self.state.lastMs ?? 0))))
      if (!kept) throw new Error('What was kept cannot be read.')
      self.nowMs += afterMs
      self.state = { ...NOTHING_NOTIFIED, ...kept }
      self.input = { ...self.input, wokeMs: self.nowMs }
      nextMs = null
    },
  }
  return self
}

/** Plays states one after another, a minute apart; gives what each of them told. */
function play(states: readonly (readonly ServerView[])[], language: 'en' | 'ko' = 'en'): (readonly NotificationPlan[])[] {
  const app = player({ language })
  return states.map((servers) => app.see(servers))
}
const chosen = (change: Partial<DesktopSettings>): { settings: DesktopSettings } => ({
  settings: { ...DEFAULT_DESKTOP_SETTINGS, ...change },
})
const inbox = (unread: number, latest?: readonly Message[]): ServerView[] => [
  server([account('a', unread, latest && { latest: [...latest] })]),
]
const said = (alerts: readonly NotificationPlan[] | undefined): string[] => (alerts ?? []).map(({ title, body }) => `${title} | ${body}`)

describe('a notification', () => {
  test('is not made for the count that is there at the start', () => {
    expect(play([inbox(5, [mail('1', 0)])]).flat()).toEqual([])
  })

  test('names sender and subject of one new message', () => {
    const [, told] = play([inbox(1, [mail('1', 0)]), inbox(2, [mail('2', 1, '"Kim, Haneul" <kim@example.org>', '회의'), mail('1', 0)])])
    expect(said(told)).toEqual(['Kim, Haneul | 회의'])
  })

  test('shows what a stranger wrote on one line, and without characters that reorder it', () => {
    const [, told] = play([inbox(0, []), inbox(1, [mail('1', 0, 'A\u202egnp <x@example.org>', 'one\ntwo\u0000')])])
    expect(said(told)).toEqual(['Agnp | one two'])
  })

  test('gives the address of a sender without a name', () => {
    const [, told] = play([inbox(0, []), inbox(1, [mail('1', 0, ' <kim@example.org> ', '')])])
    expect(said(told)).toEqual(['kim@example.org | (no subject)'])
  })

  test('is one for several messages at once, with their senders', () => {
    const [, told] = play([
      inbox(0, []),
      inbox(5, ['1', '2', '3', '4', '5'].map((id) => mail(id, Number(id), `Sender ${id} <s@example.org>`)).toReversed()),
    ])
    expect(said(told)).toEqual(['5 new emails | Sender 5, Sender 4, Sender 3 and 2 more'])
  })

  test('gives the number where the source names no messages', () => {
    const [, told] = play([inbox(1), inbox(3)])
    expect(said(told)).toEqual(['2 new emails | a: 3 unread'])
  })

  test('is not made when the number falls, nor when a message that was read is unread again', () => {
    const both = [mail('2', 1), mail('1', 0)]
    expect(play([inbox(2, both), inbox(1, [mail('1', 0)]), inbox(2, both), inbox(0, [])]).flat()).toEqual([])
  })

  test('offers actions for one message where its source supports them, and none for several', () => {
    const actions = ['read', 'delete'] as const
    const states = [0, 1, 3].map((unread) => {
      const latest = Array.from({ length: unread }, (_, i) => mail(String(i), i)).toReversed()
      return [server([account('a', unread, { latest, actions: [...actions] })])]
    })
    const [, one, several] = play(states)
    expect(one?.[0]?.actions).toEqual([
      { label: 'Mark as read', request: { server: 'local', account: 'a', message: '0', action: 'read' } },
      { label: 'Delete', request: { server: 'local', account: 'a', message: '0', action: 'delete' } },
    ])
    expect(several?.[0]?.actions).toEqual([])
  })

  test('is made for a new message that came as another was read', () => {
    const [, told] = play([inbox(1, [mail('1', 0)]), inbox(1, [mail('2', 1)])])
    expect(said(told)).toEqual(['Kim | subject 2'])
  })

  test('is made for a rise in a folder whose messages the source does not name', () => {
    const [, told, again] = play([inbox(1, [mail('1', 0)]), inbox(2, [mail('1', 0)]), inbox(2, [mail('1', 0)])])
    expect(said(told)).toEqual(['1 new email | a: 2 unread'])
    expect(again).toEqual([])
  })

  test('waits for the names of a rise where the source tells names, and not where it never does', () => {
    const one = [mail('1', 0)]
    const app = player()
    app.see(inbox(1, one))
    app.input = { ...app.input, servers: inbox(2, one) }
    expect(app.pass(0)).toEqual([])
    const due = (servers: readonly ServerView[]): number | null => {
      const step = planNotifications(app.state, { ...app.input, servers, nowMs: app.nowMs })
      return step.nextMs === null ? null : step.nextMs - app.nowMs
    }
    expect(due(inbox(2, one))).toBe(4_000)
    expect(due(inbox(2, [mail('2', 1), ...one]))).toBe(1_000)
    expect(due(inbox(1, one))).toBeNull()
    expect(due([server([account('a', 2, { latest: one, status: 'stale' })])])).toBeNull()
    const nameless = player()
    nameless.see(inbox(1))
    expect(planNotifications(nameless.state, { ...nameless.input, servers: inbox(2), nowMs: nameless.nowMs }).nextMs).toBe(
      nameless.nowMs + 1_000,
    )
  })

  test('waits for a second of quiet, and for five seconds at most', () => {
    const app = player()
    app.see(inbox(0, []))
    const mails: Message[] = []
    const told: number[] = []
    for (let id = 1; id <= 20; id += 1) {
      mails.unshift(mail(String(id), id))
      told.push(app.see(inbox(mails.length, [...mails]), {}, 600).length)
    }
    told.push(app.pass(MINUTE_MS).length)
    // 600 ms lie between two mails: none of them leaves a second of quiet, until they end.
    expect(told.flatMap((count, at) => (count > 0 ? [at] : []))).toEqual([8, 17, 20])
    expect(app.told.map(({ title }) => title)).toEqual(['9 new emails', '9 new emails', '2 new emails'])
    expect(new Set(app.told.map(({ id }) => id)).size).toBe(1)
  })

  test('is not put off by a clock that is set back', () => {
    const app = player()
    app.see(inbox(0, none))
    app.see(inbox(1, [first]), {}, 500)
    app.nowMs -= HOUR_MS
    expect(app.see(inbox(1, [first]), {}, 2_000)).toHaveLength(1)
  })

  test('is not made again when the name of a message follows that was notified by its number', () => {
    const one = [mail('1', 0)]
    const [, told, again] = play([inbox(1, one), inbox(2, one), inbox(2, [mail('2', 1), ...one])])
    expect(said(told)).toEqual(['1 new email | a: 2 unread'])
    expect(again).toEqual([])
  })

  test('is not made for what comes into sight once the source knows all folders', () => {
    expect(
      play([
        inbox(5),
        inbox(5, [mail('2', 2), mail('1', 1)]),
        inbox(
          5,
          [5, 4, 3, 2, 1].map((id) => mail(String(id), id)),
        ),
      ]).flat(),
    ).toEqual([])
  })

  test('is not made for an older message that comes into sight as newer ones are read', () => {
    expect(play([inbox(3, [mail('3', 3), mail('2', 2)]), inbox(2, [mail('2', 2), mail('1', 1)])]).flat()).toEqual([])
  })

  /** As many as a source names, from this one down. */
  const tenFrom = (newest: number): readonly Message[] => Array.from({ length: 10 }, (_, i) => mail(String(newest - i), newest - i))

  test('is made for a new message also where others were read meanwhile that the source did not name', () => {
    const [, told] = play([inbox(20, tenFrom(20)), inbox(2, [mail('21', 21), mail('20', 20)])])
    expect(said(told)).toEqual(['Kim | subject 21'])
  })

  test('does not count a message again whose name follows its number, also where more are unread than the source names', () => {
    const app = player()
    app.see(inbox(10, tenFrom(10)))
    const told = app.see(inbox(12, tenFrom(11)), {}, 10_000)
    expect(said(told)).toEqual(['2 new emails | Kim and 1 more'])
    expect(said(app.see(inbox(13, tenFrom(13)), {}, 10_000))).toEqual(['Kim | subject 13'])
  })

  test('is made for a message that came in the moment in which another was read, and whose name came late', () => {
    const [one, two, three] = [mail('1', 1), mail('2', 2), mail('3', 3)]
    const told = play([inbox(2, [two, one]), inbox(2, [one]), inbox(2, [three, one])])
    expect(said(told.flat())).toEqual(['Kim | subject 3'])
  })

  test('waits for a lost link: a rise meanwhile is notified once, after it', () => {
    const away = [server([account('a', 1)], retrying)]
    const old = [server([account('a', 4, { status: 'stale' })])]
    expect(play([inbox(1), away, old, inbox(3), inbox(3)]).map((alerts) => alerts.length)).toEqual([0, 0, 0, 1, 0])
  })

  test('does not count a message again that was notified, read, and made unread while the link was away', () => {
    const one = mail('1', 1)
    const [, , , told] = play([inbox(0, []), inbox(1, [one]), inbox(0, []), inbox(2, [mail('2', 2), one])])
    expect(said(told)).toEqual(['Kim | subject 2'])
  })

  test('replaces the one before of the same account, and no other', () => {
    const two = (a: number, b: number): ServerView[] => [server([account('a', a), account('b', b)])]
    const [, first, second] = play([two(0, 0), two(1, 1), two(2, 1)])
    expect(first).toHaveLength(2)
    expect(second?.[0]?.id).toBe(first?.[0]?.id)
    expect(first?.[0]?.id).not.toBe(first?.[1]?.id)
  })

  test('is silent for an account that was removed and added again', () => {
    expect(play([inbox(1), [server([])], inbox(9)]).flat()).toEqual([])
  })

  test('is made in Korean', () => {
    const [, told] = play([inbox(1), inbox(3)], 'ko')
    expect(said(told)).toEqual(['새 메일 2통 | a: 읽지 않음 3통'])
  })

  test('gives text without markup to servers that read markup', () => {
    expect(escapeMarkup('a < b & c > d')).toBe('a &lt; b &amp; c &gt; d')
  })
})

const none: Message[] = []
const first = mail('1', 1, 'Ann <ann@example.org>', 'one')
const second = mail('2', 2, 'Bob <bob@example.org>', 'two')
const third = mail('3', 3, 'Boss <boss@example.org>', 'three')

describe('what the person wants others to see', () => {
  const told = (notificationText: 'mail' | 'account' | 'nothing', states: readonly (readonly ServerView[])[]) => {
    const app = player({ sharedSettings: { notifications: true, notificationText } })
    return states.map((servers) => said(app.see(servers)))
  }

  test('only the account, or only that there is something', () => {
    const states = [inbox(0, none), inbox(1, [first]), inbox(3, [third, second, first])]
    expect(told('account', states)).toEqual([[], ['New email | a'], ['2 new emails | a']])
    expect(told('nothing', states)).toEqual([[], ['New email | '], ['2 new emails | ']])
  })

  test('a notification without sender and subject offers no action', () => {
    const app = player({ sharedSettings: { notifications: true, notificationText: 'account' } })
    app.see([server([account('a', 0, { latest: [], actions: ['delete'] })])])
    const [alert] = app.see([server([account('a', 1, { latest: [first], actions: ['delete'] })])])
    expect(alert?.actions).toEqual([])
    expect(alert?.message?.message).toEqual(first)
  })
})

describe('what is deferred', () => {
  const all = [{ scope: null, untilMs: null }]

  test('comes as part of a summary when the mute ends, without what was read meanwhile', () => {
    const app = player()
    app.see(inbox(0, none))
    expect(app.see(inbox(1, [first]), chosen({ muted: all }))).toEqual([])
    expect(app.see(inbox(3, [third, second, first]))).toEqual([])
    expect(app.see(inbox(2, [third, first]))).toEqual([])
    expect(said(app.see(inbox(2, [third, first]), chosen({})))).toEqual(['2 new emails | Boss, Ann'])
    expect(app.see(inbox(2, [third, first]))).toEqual([])
  })

  test('counts no more messages than are unread when the mute ends, though some had no name', () => {
    const app = player()
    const one = mail('1', 1)
    app.see(inbox(0, []), chosen({ muted: [{ scope: null, untilMs: START + HOUR_MS }] }))
    app.see(inbox(2, [one]))
    app.see(inbox(1, [one]))
    expect(said(app.pass(HOUR_MS))).toEqual(['Kim | subject 1'])
  })

  test('leaves out what was read before the mute ends also where its name came late', () => {
    const app = player()
    const [old, one, two] = [mail('0', 0), mail('1', 1), mail('2', 2)]
    app.see(inbox(1, [old]), chosen({ muted: [{ scope: null, untilMs: START + HOUR_MS }] }))
    app.see(inbox(3, [one, old]), {}, 10_000)
    app.see(inbox(3, [two, one, old]), {}, 10_000)
    app.see(inbox(2, [one, old]))
    expect(said(app.pass(HOUR_MS))).toEqual(['Kim | subject 1'])
  })

  test('comes also where it was moved to another folder meanwhile, whose messages are named a moment later', () => {
    const app = player()
    const [old, one] = [mail('0', 0), { ...mail('1', 1), folder: 'INBOX' }]
    app.see(inbox(1, [old]), chosen({ muted: [{ scope: null, untilMs: START + HOUR_MS }] }))
    app.see(inbox(2, [one, old]))
    app.see(inbox(2, [old]))
    app.see(inbox(2, [{ ...one, id: '7', folder: 'Lists' }, old]))
    expect(said(app.pass(HOUR_MS))).toEqual(['Kim | subject 1'])
  })

  test('comes also where it was moved while more are unread than the source names', () => {
    const app = player()
    const named = (...minutes: readonly number[]): Message[] => minutes.map((minute) => mail(String(minute), minute))
    app.see(inbox(3, named(2, 1)), chosen({ muted: [{ scope: null, untilMs: START + HOUR_MS }] }))
    app.see(inbox(4, named(3, 2)))
    app.see(inbox(4, named(2, 1)))
    app.see(inbox(4, [{ ...mail('3', 3), id: '7', folder: 'Lists' }, ...named(2)]))
    expect(said(app.pass(HOUR_MS))).toEqual(['Kim | subject 3'])
  })

  test('comes when a mute ends by itself', () => {
    const app = player()
    app.see(inbox(0, none))
    app.see(inbox(1, [first]), chosen({ muted: [{ scope: null, untilMs: START + HOUR_MS }] }))
    expect(app.pass(HOUR_MS - 3 * MINUTE_MS)).toEqual([])
    expect(said(app.pass(2 * MINUTE_MS))).toEqual(['Ann | one'])
    expect(app.nowMs).toBeGreaterThanOrEqual(START + HOUR_MS)
  })

  test('is never more than is unread, though the list does not reach the older ones', () => {
    const app = player(chosen({ muted: all }))
    app.see(inbox(0, none))
    const mails: Message[] = []
    for (let id = 1; id <= 30; id += 1) {
      mails.unshift(mail(String(id), id))
      app.see(inbox(mails.length, mails.slice(0, 10)))
    }
    app.see(inbox(12, mails.slice(0, 10)))
    expect(app.see(inbox(12, mails.slice(0, 10)), chosen({})).map(({ title }) => title)).toEqual(['12 new emails'])
  })

  test('one folder or account is muted, and the others are notified', () => {
    const listed = { ...first, folder: 'Lists' }
    const app = player(chosen({ muted: [{ scope: { server: 'local', account: 'a', folder: 'Lists' }, untilMs: null }] }))
    app.see(inbox(0, none))
    expect(said(app.see(inbox(2, [{ ...second, folder: 'INBOX' }, listed])))).toEqual(['Bob | two'])
    expect(said(app.see(inbox(2, [{ ...second, folder: 'INBOX' }, listed]), chosen({})))).toEqual(['Ann | one'])
  })

  test('a VIP breaks through mute and quiet hours, by address or by domain', () => {
    const app = player(chosen({ muted: all, vips: ['Boss@Example.org'] }))
    app.see(inbox(0, none))
    expect(said(app.see(inbox(2, [third, second])))).toEqual(['Boss | three'])
    const team = chosen({ muted: all, vips: ['@team.example'] })
    const ofTeam = { ...mail('4', 4, 'Eve <eve@team.example>', 'four') }
    const notOfTeam = mail('5', 5, 'eve@notteam.example', 'five')
    expect(said(app.see(inbox(4, [notOfTeam, ofTeam, third, second]), team))).toEqual(['Eve | four'])
  })

  test('nothing is notified on a locked screen, not even of a VIP; it comes when the screen is unlocked', () => {
    const app = player(chosen({ vips: ['boss@example.org'] }))
    app.see(inbox(0, none))
    expect(app.see(inbox(1, [third]), { idle: { locked: true, idleMs: 0 } })).toEqual([])
    expect(said(app.see(inbox(1, [third]), { idle: NOBODY_ASKS }))).toEqual(['Boss | three'])
  })

  test('what comes while the person is away waits, and is notified within a minute of their return', () => {
    const app = player(chosen({ idleMinutes: 5 }))
    app.see(inbox(0, none))
    expect(app.see(inbox(1, [first]), { idle: { locked: false, idleMs: 5 * MINUTE_MS } })).toEqual([])
    expect(app.pass(HOUR_MS)).toEqual([])
    app.input = { ...app.input, idle: NOBODY_ASKS }
    expect(said(app.pass(MINUTE_MS))).toEqual(['Ann | one'])
  })

  test('quiet hours hold over midnight, on the days that they are for', () => {
    const at = new Date(2026, 0, 2, 22, 59).getTime()
    const app = player({ ...chosen({ quietHours: [{ days: [new Date(at).getDay()], from: '23:00', to: '07:00' }] }), wokeMs: at })
    app.nowMs = at
    app.see(inbox(0, none))
    app.nowMs = new Date(2026, 0, 2, 23, 30).getTime()
    expect(app.see(inbox(2, [second, first]))).toEqual([])
    expect(app.pass(7 * HOUR_MS)).toEqual([])
    expect(said(app.pass(HOUR_MS))).toEqual(['2 new emails | Bob, Ann'])
  })

  test('notifications that are switched off do not come later either', () => {
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
  test('what came meanwhile is one summary, with since when, and nothing is notified again', () => {
    const app = player()
    const two = (a: readonly Message[], b: readonly Message[]): ServerView[] => [
      server([account('a', a.length, { latest: [...a] }), account('b', b.length, { latest: [...b] })]),
    ]
    app.see(two([], []))
    app.see(two([first], []))
    app.restart(3 * 24 * HOUR_MS)
    const told = app.see(two([second, first], [third]))
    expect(told.map(({ body }) => body)).toEqual(['Boss, Bob'])
    expect(told[0]?.title).toMatch(/^2 new emails since Thursday.* 12:0[0-9].PM$/)
    app.restart(HOUR_MS)
    expect(app.see(two([second, first], [third]))).toEqual([])
  })

  test('what was deferred when it ended is not lost', () => {
    const app = player(chosen({ muted: [{ scope: null, untilMs: null }] }))
    app.see(inbox(0, none))
    app.see(inbox(1, [first]))
    app.restart(MINUTE_MS)
    expect(app.see(inbox(1, [first]))).toEqual([])
    expect(said(app.see(inbox(1, [first]), chosen({})))).toEqual(['Ann | one'])
  })

  test('a burst that was open when it ended is notified after all', () => {
    const app = player()
    app.see(inbox(0, none))
    app.see(inbox(1, [first]), {}, 500)
    expect(app.told).toEqual([])
    app.restart(MINUTE_MS)
    expect(said(app.see(inbox(1, [first])))).toEqual(['Ann | one'])
  })

  test('after a sleep, as after an end, all accounts come in one', () => {
    const app = player()
    const two = (a: readonly Message[], b: readonly Message[], link = { phase: 'live' } as ServerView['link']): ServerView[] => [
      server([account('a', a.length, { latest: [...a] })], link),
      server([account('b', b.length, { latest: [...b] })], { phase: 'live' }, 'remote'),
    ]
    app.see(two([], []))
    app.nowMs += 12 * HOUR_MS
    app.see(two([], [third], retrying), { wokeMs: app.nowMs }, 3_000)
    expect(app.told).toEqual([])
    const told = app.see(two([second, first], [third]))
    expect(told.map(({ title }) => title)).toEqual([expect.stringMatching(/^3 new emails since /)])
  })

  test('a server that does not come back holds the others up for ten seconds, and no longer', () => {
    const app = player()
    app.see([...inbox(0, []), server([account('b', 0)], { phase: 'live' }, 'remote')])
    app.restart(HOUR_MS)
    app.see([...inbox(1, [first]), server(null, retrying, 'remote')], {}, 9_000)
    expect(app.told).toEqual([])
    expect(said(app.pass(2_000))).toEqual(['Ann | one'])
  })
})

describe('the same message', () => {
  test('in a second folder is notified once, and so is one that was moved', () => {
    const app = player()
    app.see(inbox(0, none))
    const there = { ...first, folder: 'INBOX' }
    const copy = { ...first, id: '77', folder: 'Lists' }
    expect(app.see(inbox(1, [there]))).toHaveLength(1)
    expect(app.see(inbox(2, [copy, there]))).toEqual([])
    expect(app.see(inbox(1, [{ ...first, id: '78', folder: 'Archive' }]))).toEqual([])
  })

  test('named by a second server of the same account is notified once', () => {
    const app = player()
    const both = (mails: readonly Message[], others: readonly Message[]): ServerView[] => [
      ...inbox(mails.length, mails),
      server([account('a', others.length, { latest: [...others] })], { phase: 'live' }, 'team'),
    ]
    app.see(both([], []))
    expect(said(app.see(both([first], [])))).toEqual(['Ann | one'])
    expect(app.see(both([first], [{ ...first, id: 'other' }]))).toEqual([])
  })

  test.each([
    ['in the same moment', {}, 0],
    ['after the app was away', {}, HOUR_MS],
    ['while all is muted', chosen({ muted: [{ scope: null, untilMs: null }] }), 0],
  ])('named by two servers %s is notified once', (_when, change, awayMs) => {
    const app = player()
    const both = (mails: readonly Message[], others: readonly Message[]): ServerView[] => [
      ...inbox(mails.length, mails),
      server([account('a', others.length, { latest: [...others] })], { phase: 'live' }, 'team'),
    ]
    app.see(both([], []), change)
    if (awayMs > 0) app.restart(awayMs)
    app.see(both([first], [{ ...first, id: 'other' }]))
    app.see(both([first], [{ ...first, id: 'other' }]), chosen({}))
    expect(said(app.told)).toEqual(['Ann | one'])
  })

  test('that comes to two folders at once is notified once', () => {
    const app = player()
    app.see(inbox(0, none))
    const there = { ...first, folder: 'INBOX' }
    expect(said(app.see(inbox(2, [there, { ...first, id: '77', folder: 'Lists' }])))).toEqual(['Ann | one'])
    expect(said(app.see(inbox(3, [{ ...second, folder: 'INBOX' }, there, { ...first, id: '77', folder: 'Lists' }])))).toEqual(['Bob | two'])
  })

  test('that is moved away and comes back is notified once, as when archiving it is undone on another device', () => {
    const app = player()
    app.see(inbox(0, none))
    const there = { ...first, folder: 'INBOX' }
    expect(app.see(inbox(1, [there]))).toHaveLength(1)
    app.see(inbox(0, none))
    expect(app.see(inbox(1, [{ ...there, id: '99' }]))).toEqual([])
  })

  test('twice in one folder is two', () => {
    const app = player()
    app.see(inbox(0, none))
    app.see(inbox(1, [first]))
    expect(said(app.see(inbox(2, [{ ...first, id: '9' }, first])))).toEqual(['Ann | one'])
  })
})

describe('a notification that is shown', () => {
  test('is closed when all of its messages are read, on any device', () => {
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

  test('is closed when notifications are switched off, and when its account is removed', () => {
    const off = { sharedSettings: { notifications: false, notificationText: 'mail' as const } }
    const [one, two] = [player(), player()]
    for (const app of [one, two]) {
      app.see(inbox(0, none))
      app.see(inbox(1, [first]))
    }
    one.see(inbox(1, [first]), off)
    two.see([server([])])
    expect([one.closed, two.closed]).toEqual([[one.told[0]?.id], [two.told[0]?.id]])
  })

  test('is closed when its account is removed, or its server, while another server is away', () => {
    const away = server(null, retrying, 'away')
    const [one, two] = [player(), player()]
    for (const app of [one, two]) {
      app.see([...inbox(0, none), away])
      app.see([...inbox(1, [first]), away])
      expect(app.told).toHaveLength(1)
    }
    one.see([server([]), away])
    two.see([away])
    expect([one.closed, two.closed]).toEqual([[one.told[0]?.id], [two.told[0]?.id]])
  })

  test('stays while its own server does not answer', () => {
    const app = player()
    app.see(inbox(0, none))
    app.see(inbox(1, [first]))
    app.see([server(null)])
    app.see([server([], retrying)])
    expect(app.closed).toEqual([])
  })

  test('of messages without a name is closed when the number has fallen by as many', () => {
    const app = player()
    app.see(inbox(3))
    app.see(inbox(5))
    app.see(inbox(4))
    expect(app.closed).toEqual([])
    app.see(inbox(3))
    expect(app.closed).toHaveLength(1)
  })
})

test('what is stored identifies no person', () => {
  const app = player(chosen({ muted: [{ scope: null, untilMs: null }] }))
  app.see(inbox(0, none))
  app.see(inbox(1, [mail('id-of-it', 1, 'Secret Sender <secret@example.org>', 'secret subject')]))
  const kept = JSON.stringify(toStored(app.state.memories, START))
  for (const word of ['ecret', 'id-of-it', 'example', '"a"', 'local']) expect(kept).not.toContain(word)
  expect(fromStored({ accounts: [{ account: 7 }] })).toBeNull()
})

describe('over any history', () => {
  type Step = 'deliver' | 'read newest' | 'read oldest' | 'unread again' | 'link lost' | 'link back'
  const steps = fc.array(fc.constantFrom<Step>('deliver', 'read newest', 'read oldest', 'unread again', 'link lost', 'link back'), {
    maxLength: 40,
  })

  /** A mailbox with everything in sight; gives the mails that were delivered, and those that alerts named by their count. */
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
      if (step === 'deliver' && minute < 15) unread.unshift(mail(String(++minute), minute, 'X <x@example.org>'))
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

  test('no message is notified twice, and while the link is live every message is notified', () => {
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

  test('every message that stays unread is notified exactly once, whatever defers it or interrupts the app', () => {
    fc.assert(
      fc.property(moves, (history) => {
        const app = player()
        const unread: Message[] = []
        let next = 0
        let isThere = true
        const told = new Map<string, number>()
        const count = (alerts: readonly NotificationPlan[]): number =>
          alerts.reduce((sum, { title }) => sum + Number(/^(\d+) new emails?/.exec(title)?.[1] ?? 1), 0)
        const readBefore = new Set<string>()
        const see = (change: Change, ms: number): void => {
          const servers = [server([account('a', unread.length, { latest: [...unread] })], isThere ? { phase: 'live' } : retrying)]
          for (const { title, body } of app.see(servers, change, ms)) if (title.startsWith('X')) told.set(body, (told.get(body) ?? 0) + 1)
        }
        see({}, 20_000)
        for (const [move, ms] of history) {
          let change: Change = {}
          if (move === 'deliver' && next < 19) unread.unshift(mail(String(next), (next += 1), `X${next} <x@example.org>`, `s${next}`))
          if (move === 'read') {
            const gone = unread.shift()
            if (gone) readBefore.add(gone.id)
          }
          if (move === 'mute') change = chosen({ muted: [{ scope: null, untilMs: null }] })
          if (move === 'unmute') change = chosen({})
          if (move === 'lock' || move === 'unlock') change = { idle: { locked: move === 'lock', idleMs: 0 } }
          if (move === 'lost') isThere = false
          if (move === 'back') isThere = true
          if (move === 'restart') app.restart(HOUR_MS)
          if (move === 'sleep') change = { wokeMs: (app.nowMs += HOUR_MS) }
          see(change, ms)
        }
        isThere = true
        see({ ...chosen({}), idle: NOBODY_ASKS }, 60_000)
        const all = count(app.told)
        expect(all).toBeGreaterThanOrEqual(next - readBefore.size)
        expect(all).toBeLessThanOrEqual(next)
        expect([...told.values()].every((times) => times === 1)).toBe(true)
        see({}, 60_000)
        expect(count(app.told)).toBe(all)
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

  test('an account has one notification a burst, which is closed when its messages are read and not before, also with copies and a second server', () => {
    fc.assert(
      fc.property(turns, (history) => {
        const app = player()
        const mails = new Map<string, Message[]>([
          ['a', []],
          ['b', []],
        ])
        let next = 0
        let readUnheard = 0
        const listed = (id: string): Message[] => mails.get(id) ?? []
        const shownAt = new Map<string, number>()
        const standing = new Map<string, NotificationPlan>()
        /** The second server tells of the first account too, under ids of its own. */
        const servers = (): ServerView[] => [
          server(['a', 'b'].map((id) => account(id, listed(id).length, { latest: listed(id) }))),
          server(
            [account('a', listed('a').length, { latest: listed('a').map((each) => ({ ...each, id: `team ${each.id}` })) })],
            undefined,
            'team',
          ),
        ]
        const see = (change: Change, ms: number): void => {
          const [told, closed] = [app.told.length, app.closed.length]
          app.see(servers(), change, 0)
          const settle = (fromTold: number, fromClosed: number): void => {
            for (const id of app.closed.slice(fromClosed)) {
              const { message: of } = standing.get(id) ?? { message: null }
              if (of) expect(listed(of.account).map(({ subject }) => subject)).not.toContain(of.message.subject)
              standing.delete(id)
            }
            for (const alert of app.told.slice(fromTold)) {
              if (alert.id.startsWith('account')) expect(app.nowMs - (shownAt.get(alert.id) ?? 0)).toBeGreaterThanOrEqual(1_000)
              shownAt.set(alert.id, app.nowMs)
              standing.set(alert.id, alert)
            }
          }
          settle(told, closed)
          for (let passed = 0; passed < ms; passed += 100) {
            const [toldNow, closedNow] = [app.told.length, app.closed.length]
            app.pass(100)
            settle(toldNow, closedNow)
          }
        }
        see({}, 20_000)
        for (const [turn, id, ms] of history) {
          let change: Change = {}
          const here = listed(id)
          if (turn === 'deliver' && next < 9)
            here.unshift({ ...mail(String(next), (next += 1), 'X <x@example.org>', `s${next}`), folder: 'INBOX' })
          const [newest] = here
          if (turn === 'copy' && newest && here.filter(({ subject }) => subject === newest.subject).length < 2)
            here.splice(1, 0, { ...newest, id: `copy ${newest.id}`, folder: 'Lists' })
          if (turn === 'read' && newest) {
            mails.set(
              id,
              here.filter(({ subject }) => subject !== newest.subject),
            )
            readUnheard += 1
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
        const all = app.told.reduce((sum, { title }) => sum + Number(/^(\d+) new emails?/.exec(title)?.[1] ?? 1), 0)
        expect(all).toBeLessThanOrEqual(next)
        expect(all).toBeGreaterThanOrEqual(next - readUnheard)
        for (const id of mails.keys()) mails.set(id, [])
        see({}, 20_000)
        expect([...standing.keys()]).toEqual([])
      }),
      { numRuns: 300 },
    )
  })
})

/** Notifications that wait: while muted, in quiet hours, locked or idle, and after the app or the machine was away. */
import { describe, expect, test } from 'vitest'
import { withLastCounts } from '../../../client/last-counts.ts'
import type { ServerView } from '../../../common/protocol/window-state.ts'
import type { Message } from '../../../common/protocol/wire.ts'
import { account, messageAt, retrying, server } from '../fixtures.ts'
import { START, MINUTE_MS, HOUR_MS, ACTIVE, player, chosen, inbox, textsOf, none, first, second, third } from './plan-player.ts'

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

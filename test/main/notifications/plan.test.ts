import { describe, expect, test } from 'vitest'
import { fromStored, toStored } from '../../../main/notifications/history.ts'
import { escapeMarkup } from '../../../common/model/text.ts'
import { planNotifications } from '../../../main/notifications/plan.ts'
import type { ServerView } from '../../../common/protocol/window-state.ts'
import type { Message } from '../../../common/protocol/wire.ts'
import { account, messageAt, retrying, server } from '../fixtures.ts'
import { START, MINUTE_MS, HOUR_MS, player, play, chosen, inbox, textsOf, none, first, second, third } from './plan-player.ts'

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
    const [, shown, again] = play([two(0, 0), two(1, 1), two(2, 1)])
    expect(shown).toHaveLength(2)
    expect(again?.[0]?.id).toBe(shown?.[0]?.id)
    expect(shown?.[0]?.id).not.toBe(shown?.[1]?.id)
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

test('the stored state identifies no sender or account', () => {
  const app = player(chosen({ muted: [{ scope: null, untilMs: null }] }))
  app.see(inbox(0, none))
  app.see(inbox(1, [messageAt('id-of-it', 1, 'Secret Sender <secret@example.org>', 'secret subject')]))
  const stored = JSON.stringify(toStored(app.state.memories, START))
  for (const word of ['ecret', 'id-of-it', 'example', '"a"', 'local']) expect(stored).not.toContain(word)
  expect(fromStored({ accounts: [{ account: 7 }] })).toBeNull()
})

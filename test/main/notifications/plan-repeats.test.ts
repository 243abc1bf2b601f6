/** One message is notified once, and its notification closed once it is read. */
import { describe, expect, test } from 'vitest'
import type { ServerView } from '../../../common/protocol/window-state.ts'
import type { Message } from '../../../common/protocol/wire.ts'
import { account, retrying, server } from '../fixtures.ts'
import { HOUR_MS, player, chosen, inbox, textsOf, none, first, second } from './plan-player.ts'

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

/** The tray under settings, and after a visit. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEFAULT_DESKTOP_SETTINGS } from '../../../common/protocol/settings.ts'
import { countOf, updateLastSeen, type LastSeen } from '../../../common/model/counting.ts'
import type { ServerView } from '../../../common/protocol/window-state.ts'
import { account, retrying, server } from '../fixtures.ts'
import type { Account } from '../../../common/protocol/wire.ts'
import { NOW, viewOf, chosen, actions, lines } from './shown-tray.ts'

describe('the tray with settings', () => {
  const folders = [
    { path: 'INBOX', unread: 2 },
    { path: 'Lists', unread: 5 },
  ]
  const two = server([account('a', 7, { folders }), account('b', 4)])

  test('lists excluded accounts and folders without counting them', () => {
    const shown = chosen({ notCounted: [{ server: 'local', account: 'a', folder: 'Lists' }] }, two)
    expect([shown.icon.count, shown.badge.count]).toEqual([6, 6])
    const without = chosen({ notCounted: [{ server: 'local', account: 'a' }] }, two)
    expect(without.icon.count).toBe(4)
    expect(lines(without)).toContain('a: 7 unread')
  })

  test('does not show an error of an excluded account', () => {
    const failed = account('b', null, { status: 'error', error: { code: 'auth', message: 'no' } })
    const shown = chosen({ notCounted: [{ server: 'local', account: 'b' }] }, server([account('a', 1), failed]))
    expect(shown.icon).toEqual({ state: 'unread', count: 1, incomplete: false, muted: false })
    const nothing = chosen({ notCounted: [{ server: 'local', account: 'b' }] }, server([failed]))
    expect(nothing).toMatchObject({ icon: { state: 'plain' }, badge: { description: 'No accounts are counted' } })
  })

  test('shows a dot or nothing in place of the number; badge and texts still have it', () => {
    expect(chosen({ trayShows: 'dot' }, two)).toMatchObject({ icon: { state: 'unread', count: null }, title: '', badge: { count: 11 } })
    expect(chosen({ trayShows: 'nothing' }, two)).toMatchObject({ icon: { state: 'plain', count: null }, title: '', badge: { count: 11 } })
    expect(chosen({ trayShows: 'nothing' }, server([account('a', 3)], retrying)).icon.state).toBe('unknown')
  })

  test('shows a mute in icon and menu, with unchanged numbers, until it expires', () => {
    const muted = [{ scope: null, untilMs: NOW + 3_600_000 }]
    const shown = chosen({ muted }, two)
    expect(shown.icon).toEqual({ state: 'unread', count: 11, incomplete: false, muted: true })
    expect(shown.tooltip).toContain('11 unread emails (muted)')
    expect(actions(shown.menu).find((label) => label.startsWith('Unmute'))).toMatch(/^Unmute \(muted until 10:00.AM\)$/)
    expect(viewOf([two], { desktopSettings: { ...DEFAULT_DESKTOP_SETTINGS, muted }, nowMs: NOW + 3_600_000 }).icon.muted).toBe(false)
    expect(chosen({ muted: [{ scope: { server: 'local', account: 'a' }, untilMs: null }] }, two).icon.muted).toBe(false)
  })

  test('counts only messages since the last visit', () => {
    const since = { ...DEFAULT_DESKTOP_SETTINGS, counts: 'last-look' as const }
    const at = (unread: number, lastSeen: LastSeen) => viewOf([server([account('a', unread)])], { desktopSettings: since, lastSeen })
    const visit = updateLastSeen(new Map(), [server([account('a', 5)])], [], true)
    expect(at(5, visit)).toMatchObject({
      icon: { state: 'plain' },
      badge: { count: 0, description: 'No new emails since you last looked' },
    })
    expect(at(7, visit)).toMatchObject({ icon: { count: 2 }, badge: { description: '2 new emails since you last looked' } })
  })
})

describe('the last visit', () => {
  const states = (unread: number | null): ServerView[] => [server([account('a', unread)])]

  test('reading elsewhere lowers the remembered count, so that the next message is new', () => {
    const visit = updateLastSeen(updateLastSeen(new Map(), states(5), [], true), states(3), [], false)
    expect([...visit.values()].map(({ unread }) => unread)).toEqual([3])
    expect([...updateLastSeen(visit, states(4), [], false).values()].map(({ unread }) => unread)).toEqual([3])
  })

  const dated = (id: string, minute: number, folder = 'INBOX') => ({
    id,
    folder,
    from: 'kim@example.org',
    subject: id,
    date: new Date(NOW + minute * 60_000).toISOString(),
  })
  const named = (unread: number, ...latest: ReturnType<typeof dated>[]): Account => ({ ...account('a', unread), latest })
  const newIn = (visit: LastSeen, of: Account, notCounted: Parameters<typeof countOf>[0]['notCounted'] = []) =>
    countOf({ notCounted, lastSeen: visit }, 'local', of)

  test('a message read elsewhere does not cancel out a new one', () => {
    const visit = updateLastSeen(new Map(), [server([named(2, dated('two', 2), dated('one', 1))])], [], true)
    const now = named(2, dated('three', 3), dated('one', 1))
    expect(newIn(updateLastSeen(visit, [server([now])], [], false), now)).toBe(1)
    expect(newIn(visit, now, [{ server: 'local', account: 'a', folder: 'INBOX' }])).toBe(0)
    // An older message that is named because a newer one was read is not new.
    expect(newIn(visit, named(1, dated('one', 1)))).toBe(0)
  })

  test('if no message was listed at the visit, only the number shows what is new', () => {
    const visit = updateLastSeen(new Map(), [server([account('a', 2)])], [], true)
    expect(newIn(visit, named(2, dated('two', 2), dated('one', 1)))).toBe(0)
    expect(newIn(visit, named(3, dated('three', 3), dated('two', 2), dated('one', 1)))).toBe(1)
    const empty = updateLastSeen(new Map(), [server([account('a', 0)])], [], true)
    expect(newIn(empty, named(1, dated('one', 1)))).toBe(1)
  })

  test('the memory of a server that does not answer stays; that of a removed account is deleted', () => {
    const visit = updateLastSeen(new Map(), states(5), [], true)
    expect(updateLastSeen(visit, [server(null)], [], true)).toEqual(visit)
    expect(updateLastSeen(visit, [], [], false)).toEqual(visit)
    expect(updateLastSeen(visit, states(null), [], true)).toEqual(visit)
    expect(updateLastSeen(visit, [server([account('other', 1)])], [], false).size).toBe(1)
  })

  test('the memory of a server that has not counted yet stays', () => {
    const visit = updateLastSeen(new Map(), states(5), [], true)
    expect(updateLastSeen(visit, [server([])], [], true)).toEqual(visit)
  })

  test('over any history the new count is never negative and never more than unread', () => {
    const step = fc.record({ unread: fc.option(fc.nat(20)), visiting: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        let visit: LastSeen = new Map()
        for (const { unread, visiting } of steps) {
          visit = updateLastSeen(visit, states(unread), [], visiting)
          const count = countOf({ notCounted: [], lastSeen: visit }, 'local', account('a', unread))
          if (unread === null) expect(count).toBeNull()
          else expect(count).toSatisfy((value: number) => value >= 0 && value <= unread && (!visiting || value === 0))
        }
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LinkState } from '../../../common/protocol/link.ts'
import { DEFAULT_DESKTOP_SETTINGS, type DesktopSettings } from '../../../common/protocol/settings.ts'
import { countOf, updateLastSeen, type LastSeen } from '../../../common/model/counting.ts'
import type { MenuEntry } from '../../../main/tray/menu.ts'
import { type BadgeView, trayViewOf, type TrayInput, type TrayView } from '../../../main/tray/tray-view.ts'
import type { ServerView } from '../../../common/protocol/window-state.ts'
import { createWordsFor } from '../../../common/words/words.ts'
import { account, live, messageAt, retrying, server } from '../fixtures.ts'
import type { Account } from '../../../common/protocol/wire.ts'

const wordsFor = createWordsFor()
const NOW = Date.UTC(2026, 0, 1, 9)
type View = TrayView & { readonly badge: BadgeView }
const viewOf = (servers: readonly ServerView[], change: Partial<TrayInput> = {}): View => {
  const constant = { words: wordsFor('en'), desktopSettings: DEFAULT_DESKTOP_SETTINGS, lastSeen: new Map(), isPanelDark: false } as const
  const { tray, badge } = trayViewOf({ servers, ...constant, nowMs: NOW, platform: 'win32', ...change })
  return { ...tray, badge }
}
const view = (...servers: readonly ServerView[]): View => viewOf(servers)
const chosen = (change: Partial<DesktopSettings>, ...servers: readonly ServerView[]): View =>
  viewOf(servers, { desktopSettings: { ...DEFAULT_DESKTOP_SETTINGS, ...change } })
const actions = (menu: readonly MenuEntry[]): readonly string[] =>
  menu.flatMap((entry) => (entry.kind === 'action' ? [entry.label] : entry.kind === 'submenu' ? actions(entry.entries) : []))
const lines = ({ menu }: TrayView): readonly string[] => menu.flatMap((entry: MenuEntry) => (entry.kind === 'line' ? [entry.label] : []))

describe('the tray', () => {
  test('shows the sum of all accounts while all are fresh', () => {
    const shown = view(server([account('a', 3), account('b', 4)]), server([account('c', 5)], live, 'mail.example.org'))
    expect(shown.icon).toEqual({ state: 'unread', count: 12, incomplete: false, muted: false })
    expect(shown).toMatchObject({
      title: '12',
      tooltip: 'Mailbell\n12 unread emails\na: 3 unread\nb: 4 unread\nc (mail.example.org): 5 unread',
      badge: { count: 12, description: '12 unread emails' },
    })
  })

  test('calls accounts as people do, and tells two of one name apart', () => {
    const work = { label: 'Work' }
    const shown = view(server([account('kim@example.org', 3, work), account('lee@example.org', 4, work), account('b', 1, { label: '집' })]))
    expect(lines(shown).slice(1)).toEqual(['Work (kim@example.org): 3 unread', 'Work (lee@example.org): 4 unread', '집: 1 unread'])
    const remote = view(server([account('a', 1)]), server([account('kim@example.org', 3, work)], live, 'mail.example.org'))
    expect(remote.tooltip).toContain('\nWork (mail.example.org): 3 unread')
  })

  test('is plain, without a number, if nothing is unread', () => {
    const shown = view(server([account('a', 0)]))
    expect(shown.icon).toEqual({ state: 'plain', count: null, incomplete: false, muted: false })
    expect(shown).toMatchObject({ title: '', badge: { count: 0 }, tooltip: 'Mailbell\nNo unread emails\na: 0 unread' })
  })

  test('marks the number, and the account in the menu, if a count may be outdated', () => {
    const shown = view(server([account('a', 3), account('b', 4, { status: 'stale' })]))
    expect(shown.icon).toEqual({ state: 'unread', count: 7, incomplete: true, muted: false })
    expect(shown.title).toBe('7?')
    expect(shown.tooltip).toContain('partly outdated')
    expect(lines(shown)).toContain('b: 4 unread, may be outdated')
  })

  test('shows no number for a lost connection, but when it reconnects', () => {
    const shown = view(server([account('a', 3)], retrying))
    expect(shown.icon).toEqual({ state: 'unknown', count: null, incomplete: true, muted: false })
    expect(shown).toMatchObject({
      title: '',
      tooltip: 'Mailbell\nNot connected\nThis computer: not connected, retrying at 9:30:00 AM\na: 3 unread, may be outdated',
      badge: { count: 0 },
    })
    expect(lines(shown)[1]).toMatch(/^This computer: not connected, retrying at .*30.*/)
    expect(lines(shown)).toContain('a: 3 unread, may be outdated')
  })

  test('distinguishes a source that does not answer from a lost connection', () => {
    const shown = view(server([account('a', 3, { status: 'stale' })]))
    expect(shown.icon.state).toBe('unknown')
    expect(shown.tooltip).toBe('Mailbell\nCounts may be outdated\na: 3 unread, may be outdated')
  })

  test('distinguishes accounts of the same name on two servers', () => {
    expect(lines(view(server([account('a', 1)]), server([account('a', 2)], live, 'mail.example.org')))).toEqual([
      '3 unread emails',
      'a: 1 unread',
      'a (mail.example.org): 2 unread',
    ])
  })

  test('needs attention after a rejected login, and still shows the number of other accounts', () => {
    const refused = account('a', null, { status: 'error', error: { code: 'auth', message: 'The login was refused.' } })
    expect(view(server([refused])).icon.state).toBe('attention')
    const shown = view(server([refused, account('b', 2)]))
    expect(shown.icon).toEqual({ state: 'unread', count: 2, incomplete: true, muted: false })
    expect(lines(shown)).toContain('a: sign-in rejected')
  })

  test('does not show an account without a count as 0', () => {
    const shown = view(server([account('a', null)]))
    expect(shown.icon.state).toBe('unknown')
    expect(shown.tooltip).toBe('Mailbell\nNot checked yet\na: not checked yet')
    expect(lines(shown)).toContain('a: not checked yet')
  })

  test('abbreviates a number over 99 next to the icon, but not for a screen reader', () => {
    const shown = view(server([account('a', 1234)]))
    expect(shown.title).toBe('99+')
    expect(shown.badge).toEqual({ count: 1234, description: '1,234 unread emails' })
  })

  test('marks the number if a server is unreachable, even if it last had no accounts', () => {
    expect(view(server([account('a', 0)]), server([], retrying, 'mail.example.org')).icon.incomplete).toBe(true)
    expect(view(server([account('a', 2)]), server([], retrying, 'mail.example.org')).title).toBe('2?')
  })

  test('is plain, not unknown, if a server answers and has no accounts', () => {
    expect(view(server([]))).toMatchObject({
      icon: { state: 'plain', count: null, incomplete: false, muted: false },
      tooltip: 'Mailbell\nNo accounts yet',
    })
  })

  test('shortens a long list of accounts by a number, and omits no connection', () => {
    const many = Array.from({ length: 25 }, (_, i) => account(`a${i}`, 1))
    const shown = lines(view(server(many), server([], retrying, 'mail.example.org')))
    expect(shown.at(-1)).toBe('5 more accounts')
    expect(shown.some((line) => line.startsWith('mail.example.org: not connected'))).toBe(true)
  })

  test('has all urgent actions in its menu, in Korean too', () => {
    const mailbox = account('a', 1, { url: 'https://mail.example.org/', actions: ['read'], latest: [messageAt('1', 5)] })
    const labels = (language: 'en' | 'ko'): readonly string[] => actions(viewOf([server([mailbox])], { words: wordsFor(language) }).menu)
    expect(labels('en')).toEqual([
      'Kim: subject 1',
      'Open Mailbell',
      'Open inbox',
      'Mark all as read',
      'Check now',
      'For 10 minutes',
      'For 1 hour',
      'Until tomorrow',
      'Until I unmute',
      'Settings…',
      'About Mailbell',
      'Quit',
    ])
    expect(labels('ko').slice(1, 5)).toEqual(['Mailbell 열기', '메일 열기', '모두 읽음으로 표시', '지금 확인'])
    expect(viewOf([server([account('a', 3)])], { words: wordsFor('ko') }).tooltip).toBe('Mailbell\n읽지 않은 메일 3통\na: 읽지 않음 3통')
  })

  test('offers no impossible actions: without an inbox on the web, or nothing to mark as read', () => {
    const labels = actions(view(server([account('a', 0, { actions: ['read'] }), account('b', 2)])).menu)
    expect(labels).not.toContain('Open inbox')
    expect(labels).not.toContain('Mark all as read')
  })

  test('lists the five latest messages of all accounts, newest first, shortened and without bidi controls', () => {
    const many = [1, 3, 5].map((minute) => messageAt(String(minute), minute, `A${minute} <a@example.org>`))
    const strange = messageAt('9', 9, '"\u202ePayPal" <x@example.org>', `a\n${'x'.repeat(100)}`)
    const other = account('b', 4, { latest: [strange, messageAt('4', 4, 'B4 <b@example.org>'), messageAt('2', 2, 'B2 <b@example.org>')] })
    const labels = actions(view(server([account('a', 3, { latest: many }), other])).menu).slice(0, 6)
    expect(labels).toEqual([
      `PayPal: a ${'x'.repeat(37)}…`,
      'A5: subject 5',
      'B4: subject 4',
      'A3: subject 3',
      'B2: subject 2',
      'Open Mailbell',
    ])
  })

  test('lists folders below their account if there are several', () => {
    const folders = [
      { path: 'INBOX', role: 'inbox' as const, unread: 2 },
      { path: 'Lists', unread: 1 },
      { path: 'Old', unread: 0 },
    ]
    expect(lines(view(server([account('a', 3, { folders })])))).toEqual(['3 unread emails', 'a: 3 unread', '    Inbox: 2', '    Lists: 1'])
  })
})

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

const links: LinkState[] = [
  live,
  retrying,
  { phase: 'connecting' },
  { phase: 'signed-out', problem: { code: 'unauthorized', detail: 'no' } },
  { phase: 'stopped' },
]
const anyAccount = fc.record({
  unread: fc.option(fc.nat(2000)),
  status: fc.constantFrom('ok' as const, 'stale' as const, 'error' as const),
})
const anyServers = fc.array(fc.record({ link: fc.constantFrom(...links), accounts: fc.option(fc.array(anyAccount, { maxLength: 4 })) }), {
  maxLength: 3,
})

describe('over any state', () => {
  const toServers = (given: typeof anyServers extends fc.Arbitrary<infer T> ? T : never): ServerView[] =>
    given.map(({ link, accounts }, s) =>
      server(
        accounts?.map(({ unread, status }, a) => account(`${s}.${a}`, unread, unread === null ? {} : { status })) ?? null,
        link,
        `s${s}`,
      ),
    )
  const known = (servers: readonly ServerView[]) =>
    servers.flatMap(({ link, accounts }) => (accounts ?? []).map((each) => ({ link, ...each })))

  test('a number that is not fresh is never shown as fresh', () => {
    fc.assert(
      fc.property(anyServers, (given) => {
        const servers = toServers(given)
        const shown = viewOf(servers)
        const allFresh =
          servers.every(({ accounts, link }) => accounts !== null && (accounts.length > 0 || link.phase === 'live')) &&
          known(servers).every(({ link, status }) => link.phase === 'live' && status === 'ok')
        if (!allFresh) expect(shown.icon.incomplete).toBe(true)
        if (!known(servers).some(({ link, status }) => link.phase === 'live' && status === 'ok')) expect(shown.icon.count).toBeNull()
      }),
    )
  })

  test('excluded accounts are not in the sum, and a mute changes no number', () => {
    fc.assert(
      fc.property(anyServers, fc.infiniteStream(fc.boolean()), fc.boolean(), (given, out, isMuted) => {
        const servers = toServers(given)
        const notCounted = servers.flatMap(({ id, accounts }) =>
          (accounts ?? []).flatMap((each) => (out.next().value ? [{ server: id, account: each.id }] : [])),
        )
        const { icon } = chosen({ notCounted, muted: isMuted ? [{ scope: null, untilMs: null }] : [] }, ...servers)
        const counted = known(servers).filter(({ id }) => !notCounted.some((scope) => scope.account === id))
        if (icon.count !== null) expect(icon.count).toBe(counted.reduce((sum, { unread }) => sum + (unread ?? 0), 0))
        expect(icon.muted).toBe(isMuted)
      }),
    )
  })

  test('a shown number is the sum of all known counts', () => {
    fc.assert(
      fc.property(anyServers, (given) => {
        const servers = toServers(given)
        const { icon, badge } = viewOf(servers)
        expect(badge.count).toBe(icon.count ?? 0)
        if (icon.count !== null) expect(icon.count).toBe(known(servers).reduce((sum, { unread }) => sum + (unread ?? 0), 0))
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LinkState } from '../../../client/poll-loop.ts'
import { type MenuEntry, type TrayView, viewOf } from '../../../main/core/view.ts'
import type { ServerView } from '../../../main/ipc.ts'
import { account, live, retrying, server } from './fixtures.ts'

const view = (...servers: readonly ServerView[]): TrayView => viewOf({ servers, language: 'en' })
const lines = ({ menu }: TrayView): readonly string[] => menu.flatMap((entry: MenuEntry) => (entry.kind === 'line' ? [entry.label] : []))

describe('what the tray shows', () => {
  test('the sum of all accounts, while all are fresh', () => {
    const shown = view(server([account('a', 3), account('b', 4)]), server([account('c', 5)], live, 'mail.example.org'))
    expect(shown.icon).toEqual({ look: 'unread', count: 12, incomplete: false })
    expect(shown).toMatchObject({ title: '12', tooltip: 'Mailbell\n12 unread mails', badge: { count: 12, description: '12 unread mails' } })
  })

  test('nothing unread looks idle, without a number anywhere', () => {
    const shown = view(server([account('a', 0)]))
    expect(shown.icon).toEqual({ look: 'idle', count: null, incomplete: false })
    expect(shown).toMatchObject({ title: '', badge: { count: 0 }, tooltip: 'Mailbell\nNo unread mail' })
  })

  test('one account that may be old marks the number, and is named so in the menu', () => {
    const shown = view(server([account('a', 3), account('b', 4, { status: 'stale' })]))
    expect(shown.icon).toEqual({ look: 'unread', count: 7, incomplete: true })
    expect(shown.title).toBe('7?')
    expect(shown.tooltip).toContain('some numbers may be old')
    expect(lines(shown)).toContain('b: 4 unread, may be old')
  })

  test('a lost link shows no number at all, and when it is tried again', () => {
    const shown = view(server([account('a', 3)], retrying))
    expect(shown.icon).toEqual({ look: 'offline', count: null, incomplete: true })
    expect(shown).toMatchObject({ title: '', tooltip: 'Mailbell\nNot connected', badge: { count: 0 } })
    expect(lines(shown)[1]).toMatch(/^This computer: not connected, next try at .*30.*/)
    expect(lines(shown)).toContain('a: 3 unread, may be old')
  })

  test('a source that does not answer is no lost link', () => {
    const shown = view(server([account('a', 3, { status: 'stale' })]))
    expect(shown.icon.look).toBe('offline')
    expect(shown.tooltip).toBe('Mailbell\nThe numbers may be old')
  })

  test('accounts of the same name on two servers are told apart', () => {
    expect(lines(view(server([account('a', 1)]), server([account('a', 2)], live, 'mail.example.org')))).toEqual([
      '3 unread mails',
      'a: 1 unread',
      'a (mail.example.org): 2 unread',
    ])
  })

  test('a refused login asks for a person, and hides no number of the others', () => {
    const refused = account('a', null, { status: 'error', error: { code: 'auth', message: 'The login was refused.' } })
    expect(view(server([refused])).icon.look).toBe('attention')
    const shown = view(server([refused, account('b', 2)]))
    expect(shown.icon).toEqual({ look: 'unread', count: 2, incomplete: true })
    expect(lines(shown)).toContain('a: sign-in refused')
  })

  test('an account that was never counted is never a 0', () => {
    const shown = view(server([account('a', null)]))
    expect(shown.icon.look).toBe('offline')
    expect(shown.tooltip).toBe('Mailbell\nNot counted yet')
    expect(lines(shown)).toContain('a: not counted yet')
  })

  test('a number over 99 is cut beside the icon, and whole for a screen reader', () => {
    const shown = view(server([account('a', 1234)]))
    expect(shown.title).toBe('99+')
    expect(shown.badge).toEqual({ count: 1234, description: '1,234 unread mails' })
  })

  test('a server out of reach marks what is shown, also where it last had no accounts', () => {
    expect(view(server([account('a', 0)]), server([], retrying, 'mail.example.org')).icon.incomplete).toBe(true)
    expect(view(server([account('a', 2)]), server([], retrying, 'mail.example.org')).title).toBe('2?')
  })

  test('a server that answers and has no accounts is idle, not offline', () => {
    expect(view(server([]))).toMatchObject({ icon: { look: 'idle', count: null, incomplete: false }, tooltip: 'Mailbell\nNo accounts yet' })
  })

  test('a long list of accounts says how many more there are, and drops no link', () => {
    const many = Array.from({ length: 25 }, (_, i) => account(`a${i}`, 1))
    const shown = lines(view(server(many), server([], retrying, 'mail.example.org')))
    expect(shown.at(-1)).toBe('5 more accounts')
    expect(shown.some((line) => line.startsWith('mail.example.org: not connected'))).toBe(true)
  })

  test('the menu opens, checks and quits, in Korean too', () => {
    const actions = (language: 'en' | 'ko'): string[] =>
      viewOf({ servers: [server([account('a', 1)])], language }).menu.flatMap((entry) => (entry.kind === 'action' ? [entry.label] : []))
    expect(actions('en')).toEqual(['Open Mailbell', 'Check now', 'Quit'])
    expect(actions('ko')).toEqual(['Mailbell 열기', '지금 확인', '종료'])
    expect(viewOf({ servers: [server([account('a', 3)])], language: 'ko' }).tooltip).toBe('Mailbell\n읽지 않은 메일 3통')
  })
})

const links: LinkState[] = [live, retrying, { phase: 'connecting' }, { phase: 'signed-out', message: 'no' }, { phase: 'stopped' }]
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

  test('a number that is not fresh never looks fresh', () => {
    fc.assert(
      fc.property(anyServers, (given) => {
        const servers = toServers(given)
        const shown = viewOf({ servers, language: 'en' })
        const allFresh =
          servers.every(({ accounts, link }) => accounts !== null && (accounts.length > 0 || link.phase === 'live')) &&
          known(servers).every(({ link, status }) => link.phase === 'live' && status === 'ok')
        if (!allFresh) expect(shown.icon.incomplete).toBe(true)
        if (!known(servers).some(({ link, status }) => link.phase === 'live' && status === 'ok')) expect(shown.icon.count).toBeNull()
      }),
    )
  })

  test('a number that is shown is the sum of all that are known', () => {
    fc.assert(
      fc.property(anyServers, (given) => {
        const servers = toServers(given)
        const { icon, badge } = viewOf({ servers, language: 'en' })
        expect(badge.count).toBe(icon.count ?? 0)
        if (icon.count !== null) expect(icon.count).toBe(known(servers).reduce((sum, { unread }) => sum + (unread ?? 0), 0))
      }),
    )
  })
})

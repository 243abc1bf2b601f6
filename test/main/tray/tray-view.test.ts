import { describe, expect, test } from 'vitest'
import { account, live, messageAt, retrying, server } from '../fixtures.ts'
import { wordsFor, viewOf, view, actions, lines } from './shown-tray.ts'

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

import { expect, test } from 'vitest'
import type { LinkView } from '../../../../client/poll-loop.ts'
import { LINES } from '../../../../server/cli/watch/lines.ts'

const view = (unread: number, id = 'a', phase: 'live' | 'connecting' = 'live'): LinkView => ({
  link: { phase },
  accounts: [{ id, unread, status: 'ok', checkedAt: null }],
})
const retrying: LinkView = {
  ...view(3),
  link: { phase: 'retrying', atMs: 5_000, problem: { code: 'unreachable', detail: 'gone' } },
}

test('text shows only changes, and no control characters', () => {
  expect(LINES.text(view(3), view(3), 0)).toEqual([])
  expect(LINES.text(view(3), view(4, '\u001B[31ma'), 0)).toEqual([
    expect.stringMatching(/^\d\d:\d\d:\d\d \[31ma 4 unread$/),
    expect.stringMatching(/a is gone$/),
  ])
  expect(LINES.text(view(3), retrying, 0)).toEqual([expect.stringMatching(/not connected, next try in 5 s: gone$/)])
  expect(LINES.text(retrying, { ...retrying, link: { phase: 'live' } }, 0)).toEqual([expect.stringMatching(/ connected again$/)])
})

test('text and the tooltip of waybar have the name of an account, JSON its id and label', () => {
  const named: LinkView = {
    link: { phase: 'live' },
    accounts: [
      { id: 'a', label: 'Work', unread: 3, status: 'ok', checkedAt: null },
      { id: 'b', label: 'Team', unread: 1, status: 'ok', checkedAt: null },
      { id: 'c', label: 'Team', unread: 0, status: 'ok', checkedAt: null },
    ],
  }
  const shown = (lines: readonly string[]) => lines.map((line) => line.slice('00:00:00 '.length))
  expect(shown(LINES.text(null, named, 0))).toEqual(['Work 3 unread', 'Team (b) 1 unread', 'Team (c) 0 unread'])
  expect(shown(LINES.text(named, { ...named, accounts: [] }, 0))).toEqual(['Work is gone', 'Team (b) is gone', 'Team (c) is gone'])
  expect(JSON.parse(LINES.waybar(null, named, 0)[0] ?? '')).toMatchObject({
    text: '4',
    tooltip: 'Work 3 unread\nTeam (b) 1 unread\nTeam (c) 0 unread',
  })
  const gone = LINES.json(named, { ...named, accounts: named.accounts?.slice(1) ?? [] }, 0)
  expect(gone.map((line) => JSON.parse(line))).toEqual([{ at: '1970-01-01T00:00:00.000Z', gone: 'a', label: 'Work' }])
  expect(LINES.json(view(3), { ...view(3), accounts: [] }, 0)).toEqual(['{"at":"1970-01-01T00:00:00.000Z","gone":"a"}'])
})

test('waybar gets escaped markup, and a mark on a count that may be out of date', () => {
  const parsed = (now: LinkView): unknown => JSON.parse(LINES.waybar(null, now, 0)[0] ?? '')
  expect(parsed(view(3, '<b>&'))).toEqual({ text: '3', tooltip: '&lt;b&gt;&amp; 3 unread', class: 'unread', alt: 'unread' })
  expect(parsed(view(0))).toMatchObject({ text: '0', class: 'none' })
  expect(parsed(retrying)).toMatchObject({ text: '3?', class: 'disconnected' })
})

test.each(['text', 'json', 'waybar'] as const)('%s has no character that changes a terminal or the order of its text', (format) => {
  const unsafe = '\u009b31m\u0085\u202e\u2066\u200f\u2028\u061c\u007f'
  const latest = [{ id: unsafe, from: unsafe, subject: unsafe }]
  const error = { code: 'network', message: unsafe } as const
  const account = { id: `a${unsafe}`, unread: 3, status: 'error', error, checkedAt: null, latest } as const
  const unsafeView: LinkView = {
    link: { phase: 'retrying', atMs: 5_000, problem: { code: 'unreachable', detail: unsafe } },
    accounts: [account],
  }
  const lines = LINES[format](null, unsafeView, 0)
  expect(lines.join('')).not.toMatch(/[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u)
  if (format === 'json') expect(lines.map((line) => JSON.parse(line))).toContainEqual(expect.objectContaining({ account }))
})

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
    expect.stringMatching(/^\d\d:\d\d:\d\d  \[31ma 4 unread$/),
    expect.stringMatching(/a is gone$/),
  ])
  expect(LINES.text(view(3), retrying, 0)).toEqual([expect.stringMatching(/not connected, next try in 5 s: gone$/)])
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

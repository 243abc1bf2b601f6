import { expect, test } from 'vitest'
import type { LinkView } from '../../../client/poll-loop.ts'
import { LINES } from '../../../server/cli/watch-lines.ts'

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

import { expect, test } from 'vitest'
import { COUNT_ALL } from '../../../common/model/counting.ts'
import { countedOf, formatCount, isUncertain, totalsOf, type Trust, trustOf } from '../../../common/model/totals.ts'
import type { ServerView } from '../../../common/protocol/window-state.ts'
import type { Scope } from '../../../common/protocol/settings.ts'
import { account, live, retrying, server } from '../../main/fixtures.ts'

const stale = account('b', 3, { status: 'stale' })
const OUT: Scope = { server: 'local', account: 'b' }

test.each<[string, readonly ServerView[], readonly Scope[], number, Trust, boolean]>([
  ['no server', [], [], 0, 'none', false],
  ['no account', [server([])], [], 0, 'none', false],
  ['fresh accounts', [server([account('a', 2), account('b', 0)])], [], 2, 'fresh', false],
  ['a stale account among fresh ones', [server([account('a', 2), stale])], [], 5, 'partly-old', true],
  ['a stale account that is left out', [server([account('a', 2), stale])], [OUT], 2, 'fresh', false],
  ['a failing account that is left out', [server([account('a', 2), account('b', 3, { status: 'error' })])], [OUT], 2, 'fresh', false],
  ['a stale account with a folder left out', [server([account('a', 2), stale])], [{ ...OUT, folder: 'INBOX' }], 5, 'partly-old', true],
  ['every account left out', [server([stale])], [OUT], 0, 'fresh', false],
  ['an account without a number', [server([account('a', 2), account('b', null)])], [], 2, 'partly-checked', true],
  ['no number beside what is left out', [server([account('a', null), stale])], [OUT], 0, 'none', true],
  ['an unreachable server that had no accounts', [server([account('a', 2)]), server([], retrying, 'r')], [], 2, 'partly-checked', true],
  ['an unreachable server with accounts', [server([account('a', 2)]), server([account('b', 1)], retrying, 'r')], [], 3, 'partly-old', true],
  ['a server that has not answered yet', [server(null, { phase: 'connecting' })], [], 0, 'none', true],
  ['a lost link', [server([account('a', 2)], retrying)], [], 2, 'old', true],
])('tray, badge, window and tab trust %s alike', (_what, servers, notCounted, unread, trust, uncertain) => {
  const totals = totalsOf(servers, { ...COUNT_ALL, notCounted })
  expect(totals.unread).toBe(unread)
  expect(trustOf(totals)).toBe(trust)
  expect(isUncertain(totals)).toBe(uncertain)
})

test('only counted accounts can need attention', () => {
  const failing = [server([account('a', 2), account('b', 3, { status: 'error' })], live)]
  expect(totalsOf(failing, COUNT_ALL)).toMatchObject({ needsAttention: true, all: 5 })
  expect(totalsOf(failing, { ...COUNT_ALL, notCounted: [OUT] })).toMatchObject({ needsAttention: false, leftOut: 1, all: 5 })
})

test('a window has a number of its own only while something does not count', () => {
  const servers = [server([account('a', 2), account('b', 3)])]
  expect(countedOf(servers, COUNT_ALL)).toBeNull()
  expect(countedOf(servers, { ...COUNT_ALL, notCounted: [OUT] })).toBe(2)
  const seen = new Map([[JSON.stringify(['local', 'a']), { unread: 2, newestMs: null }]])
  expect(countedOf(servers, { ...COUNT_ALL, lastSeen: seen })).toBe(3)
})

test.each([
  [0, false, '0'],
  [7, true, '7?'],
  [99, false, '99'],
  [100, false, '99+'],
  [1234, true, '99+?'],
])('formats %i (uncertain: %s) as %s', (count, uncertain, text) => {
  expect(formatCount(count, uncertain)).toBe(text)
})

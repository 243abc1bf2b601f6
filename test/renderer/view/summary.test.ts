import { describe, expect, it } from 'vitest'
import type { LinkState } from '../../../common/protocol/link.ts'
import { summarise, worstLink } from '../../../renderer/view/summary.ts'
import { tabOf, titleOf } from '../../../renderer/view/tab.ts'
import type { Account } from '../../../common/protocol/wire.ts'

const live: LinkState = { phase: 'live' }
const retrying: LinkState = { phase: 'retrying', atMs: 0, problem: { code: 'timeout', detail: '' } }
const account = (unread: number | null, status: Account['status'] = 'ok'): Account => ({
  id: `a${unread}`,
  unread,
  status,
  checkedAt: null,
})

describe('the summary', () => {
  it.each([
    ['nothing known', [{ link: live, accounts: null }], { unread: null, trust: 'none' }],
    ['no account', [{ link: live, accounts: [] }], { unread: null, trust: 'none' }],
    ['not counted yet', [{ link: live, accounts: [account(null, 'pending')] }], { unread: null, trust: 'none' }],
    ['all fresh', [{ link: live, accounts: [account(2), account(0)] }], { unread: 2, trust: 'fresh' }],
    ['one to come', [{ link: live, accounts: [account(2), account(null, 'pending')] }], { unread: 2, trust: 'partly-counted' }],
    ['one stale', [{ link: live, accounts: [account(2), account(3, 'stale')] }], { unread: 5, trust: 'partly-old' }],
    ['one failing', [{ link: live, accounts: [account(3, 'error')] }], { unread: 3, trust: 'old' }],
    ['link lost', [{ link: retrying, accounts: [account(2)] }], { unread: 2, trust: 'old' }],
    ['link connecting', [{ link: { phase: 'connecting' as const }, accounts: [account(2)] }], { unread: 2, trust: 'old' }],
  ])('adds up and says how far that can be trusted: %s', (_name, servers, expected) => {
    expect(summarise(servers)).toEqual(expected)
  })

  it('shows the link that needs an eye most', () => {
    expect(worstLink([])).toBeNull()
    expect(worstLink([{ link: live }, { link: retrying }, { link: { phase: 'connecting' } }])).toBe(retrying)
  })
})

describe('the tab', () => {
  it.each([
    [{ unread: null, trust: 'none' }, '', 'Mailbell'],
    [{ unread: 0, trust: 'fresh' }, '', 'Mailbell'],
    [{ unread: 7, trust: 'fresh' }, '7', '(7) Mailbell'],
    [{ unread: 100, trust: 'partly-counted' }, '99+', '(99+) Mailbell'],
    [{ unread: 7, trust: 'old' }, '7?', '(7?) Mailbell'],
    [{ unread: 0, trust: 'partly-old' }, '0?', '(0?) Mailbell'],
  ] as const)('shows %j as %j and %j', (summary, badge, title) => {
    expect(tabOf(summary).badge).toBe(badge)
    expect(titleOf(tabOf(summary))).toBe(title)
  })
})

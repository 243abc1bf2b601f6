import { describe, expect, it } from 'vitest'
import type { LinkState } from '../../../common/protocol/link.ts'
import { summaryOf, worstLink } from '../../../renderer/view/summary.ts'
import { tabOf, titleOf } from '../../../renderer/view/tab.ts'
import { DEFAULT_DESKTOP_SETTINGS } from '../../../common/protocol/settings.ts'
import { desktopParts } from '../../helpers/desktop/desktop-state.ts'
import type { ServerView } from '../../../common/protocol/window-state.ts'
import type { Account } from '../../../common/protocol/wire.ts'

const live: LinkState = { phase: 'live' }
const retrying: LinkState = { phase: 'retrying', atMs: 0, problem: { code: 'timeout', detail: '' } }
const account = (unread: number | null, status: Account['status'] = 'ok'): Account => ({
  id: `a${unread}`,
  unread,
  status,
  checkedAt: null,
})

const named = (server: Pick<ServerView, 'link' | 'accounts'>, at: number): ServerView => ({
  id: `server-${at}`,
  kind: 'remote',
  label: null,
  demo: [],
  ...server,
})

describe('the summary', () => {
  it.each([
    ['nothing known', [{ link: live, accounts: null }], { unread: null, trust: 'none' }],
    ['no account', [{ link: live, accounts: [] }], { unread: null, trust: 'none' }],
    ['not counted yet', [{ link: live, accounts: [account(null, 'pending')] }], { unread: null, trust: 'none' }],
    ['all fresh', [{ link: live, accounts: [account(2), account(0)] }], { unread: 2, trust: 'fresh' }],
    ['one to come', [{ link: live, accounts: [account(2), account(null, 'pending')] }], { unread: 2, trust: 'partly-checked' }],
    ['one stale', [{ link: live, accounts: [account(2), account(3, 'stale')] }], { unread: 5, trust: 'partly-old' }],
    ['one failing', [{ link: live, accounts: [account(3, 'error')] }], { unread: 3, trust: 'old' }],
    ['link lost', [{ link: retrying, accounts: [account(2)] }], { unread: 2, trust: 'old' }],
    ['link connecting', [{ link: { phase: 'connecting' as const }, accounts: [account(2)] }], { unread: 2, trust: 'old' }],
    [
      'a server out of reach, which may have accounts',
      [
        { link: live, accounts: [account(2)] },
        { link: retrying, accounts: [] },
      ],
      { unread: 2, trust: 'partly-checked' },
    ],
  ])('adds up and says how far that can be trusted: %s', (_name, servers, expected) => {
    expect(summaryOf({ servers: servers.map(named), ...desktopParts() })).toMatchObject(expected)
  })

  it('shows the counted number, and the number of all unread messages', () => {
    const settings = { ...DEFAULT_DESKTOP_SETTINGS, notCounted: [{ server: 'server-0', account: 'a3' }] }
    const servers = [named({ link: live, accounts: [account(2), account(3, 'stale')] }, 0)]
    expect(summaryOf({ servers, ...desktopParts({ settings, counted: 2 }) })).toEqual({
      unread: 2,
      all: 5,
      trust: 'fresh',
      isCaughtUp: false,
      uncertain: false,
    })
  })

  it('shows the connection that needs the most attention', () => {
    expect(worstLink([])).toBeNull()
    expect(worstLink([{ link: live }, { link: retrying }, { link: { phase: 'connecting' } }])).toBe(retrying)
  })
})

describe('the tab', () => {
  it.each([
    [{ unread: null, uncertain: false }, '', 'Mailbell'],
    [{ unread: 0, uncertain: false }, '', 'Mailbell'],
    [{ unread: 7, uncertain: false }, '7', '(7) Mailbell'],
    [{ unread: 100, uncertain: false }, '99+', '(99+) Mailbell'],
    [{ unread: 100, uncertain: true }, '99+?', '(99+?) Mailbell'],
    [{ unread: 7, uncertain: true }, '7?', '(7?) Mailbell'],
    [{ unread: 0, uncertain: true }, '0?', '(0?) Mailbell'],
  ] as const)('shows %j as %j and %j', (summary, badge, title) => {
    expect(tabOf(summary).badge).toBe(badge)
    expect(titleOf(tabOf(summary))).toBe(title)
  })
})

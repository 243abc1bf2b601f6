import { describe, expect, test } from 'vitest'
import type { ServerView } from '../../../common/protocol/window-state.ts'
import type { Account, Folder } from '../../../common/protocol/wire.ts'
import { folderChips, listedAccounts, shownServers } from '../../../renderer/view/account-list.ts'

const account = (id: string, unread: number | null, change: Partial<Account> = {}): Account => ({
  id,
  unread,
  status: 'ok',
  checkedAt: null,
  ...change,
})

const idsOf = (accounts: readonly Account[]): string[] => accounts.map(({ id }) => id)

describe('the accounts', () => {
  const all = [account('b10', 3), account('B2', 0), account('a', 3), account('new', null, { status: 'pending' })]

  test('are in the order of their names, as people read numbers in them', () => {
    expect(idsOf(listedAccounts(all, { accountOrder: 'name', accountFilter: 'all' }, (id) => id, 'en'))).toEqual(['a', 'B2', 'b10', 'new'])
  })

  test('are in the order of their numbers, and then of their names', () => {
    expect(idsOf(listedAccounts(all, { accountOrder: 'unread', accountFilter: 'all' }, (id) => id, 'en'))).toEqual([
      'a',
      'b10',
      'B2',
      'new',
    ])
  })

  test('without unread messages are left out by the filter, unless they are not known or have an error', () => {
    const failed = account('failed', 0, { status: 'error', error: { code: 'auth', message: '' } })
    const listed = listedAccounts([...all, failed], { accountOrder: 'name', accountFilter: 'unread' }, (id) => id, 'en')
    expect(idsOf(listed)).toEqual(['a', 'b10', 'failed', 'new'])
  })
})

describe('the server of this computer', () => {
  const server = (change: Partial<ServerView>): ServerView => ({
    id: 'local',
    kind: 'local',
    label: null,
    link: { phase: 'live' },
    accounts: [],
    demo: [],
    ...change,
  })
  const team = server({ id: 'team', kind: 'remote', label: 'team', accounts: [account('a', 1)] })

  test('is not shown beside another one if it has no account', () => {
    expect(shownServers([server({}), team])).toEqual([team])
  })

  test.each([
    ['is the only one', [server({})]],
    ['has an account', [server({ accounts: [account('b', 0)] }), team]],
    ['is not connected', [server({ link: { phase: 'connecting' } }), team]],
    ['has not answered yet', [server({ accounts: null }), team]],
  ])('is shown if it %s', (_what, servers) => {
    expect(shownServers(servers)).toEqual(servers)
  })
})

describe('the folders on the line of an account', () => {
  const inbox: Folder = { path: 'INBOX', role: 'inbox', unread: 3 }
  const work: Folder = { path: 'Work', unread: 2 }
  const empty: Folder = { path: 'Empty', unread: 0 }

  test.each([
    ['with one folder', [work], []],
    ['with unread messages in the inbox alone', [inbox, empty], []],
    ['with unread messages elsewhere', [inbox, work, empty], [inbox, work]],
    ['with nothing unread', [{ ...inbox, unread: 0 }, empty], []],
    ['without known folders', undefined, []],
  ])('are those that say more than its number: %s', (_what, folders, expected) => {
    expect(folderChips(account('a', 5, folders && { folders }), null)).toEqual(expected)
  })

  test('are those that a search finds, whatever they have', () => {
    const found = folderChips(account('a', 5, { folders: [inbox, work, empty] }), ({ path }) => path === 'Empty')
    expect(found).toEqual([empty])
  })
})

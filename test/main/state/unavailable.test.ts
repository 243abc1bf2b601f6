import { expect, test } from 'vitest'
import { withUnavailable } from '../../../main/state/unavailable.ts'
import { COUNT_ALL } from '../../../common/model/counting.ts'
import { totalsOf } from '../../../common/model/totals.ts'
import type { ServerView } from '../../../common/protocol/window-state.ts'

const LOCAL: ServerView = {
  id: 'local',
  kind: 'local',
  label: null,
  link: { phase: 'live' },
  accounts: [{ id: 'a', unread: 2, status: 'ok', checkedAt: '2026-01-01T00:00:00.000Z' }],
  demo: [],
}

test('an account without its password is shown with an error, and without a number', () => {
  const [local] = withUnavailable([LOCAL], { accounts: [{ id: 'b' }], servers: [] })
  expect(local?.accounts?.map(({ id, unread, status }) => [id, unread, status])).toEqual([
    ['a', 2, 'ok'],
    ['b', null, 'error'],
  ])
  expect(totalsOf([LOCAL], COUNT_ALL).needsAttention).toBe(false)
  expect(totalsOf(local ? [local] : [], COUNT_ALL).needsAttention).toBe(true)
})

test('a server without its token is shown as signed out', () => {
  const servers = withUnavailable([LOCAL], { accounts: [], servers: ['https://mail.example.org'] })
  expect(servers[0]).toBe(LOCAL)
  expect(servers[1]).toMatchObject({ label: 'mail.example.org', link: { phase: 'signed-out' } })
})

test('no account is shown before the server has answered', () => {
  expect(withUnavailable([{ ...LOCAL, accounts: null }], { accounts: [{ id: 'b' }], servers: [] })[0]?.accounts).toBeNull()
})

import { expect, test } from 'vitest'
import { appLines, mutedLine } from '../../../../server/cli/app/lines.ts'
import { account } from '../../../main/fixtures.ts'

const NOW = new Date(2026, 0, 1, 9, 0).getTime()

test('the status names what is missing from the number, and prints nothing of a server that could move the cursor', () => {
  const refused = account('b@example.org', 1, { status: 'error', error: { code: 'auth', message: 'refused\u001B[2J' } })
  const servers = [
    { label: null, problem: null, accounts: [account('a@example.org', 2), refused] },
    { label: 'mail.example.org', problem: 'connect ECONNREFUSED', accounts: [account('team', null)] },
  ]
  expect(appLines({ version: '1', pid: 2, unread: 3, isUncertain: true, servers, muted: null }, NOW)).toEqual([
    'The desktop app 1 (process 2): 3 unread, incomplete or out of date',
    '  a@example.org 2 unread',
    '  b@example.org 1 unread, error: refused [2J',
    '  mail.example.org is not connected: connect ECONNREFUSED',
    '  team not counted yet (mail.example.org)',
    'Notifications are not muted.',
  ])
})

test('the status has the names of accounts, and the id where one of another server has the same', () => {
  const servers = [
    { label: null, problem: null, accounts: [account('a', 2, { label: 'Work' }), account('b', 1, { label: 'Team' })] },
    { label: 'mail.example.org', problem: null, accounts: [account('a', 0), account('c', 0, { label: 'Work' })] },
  ]
  expect(appLines({ version: '1', pid: 2, unread: 3, isUncertain: false, servers, muted: null }, NOW).slice(1, -1)).toEqual([
    '  Work (a) 2 unread',
    '  Team 1 unread',
    '  a 0 unread (mail.example.org)',
    '  Work (c) 0 unread (mail.example.org)',
  ])
})

test('the end of a mute has a date if it is not today', () => {
  expect(mutedLine({ muted: { untilMs: NOW + 3_600_000 } }, NOW)).toBe('Notifications are muted until 10:00.')
  expect(mutedLine({ muted: { untilMs: NOW + 86_400_000 } }, NOW)).toBe('Notifications are muted until 2026-01-02 09:00.')
})

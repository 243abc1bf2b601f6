import { expect, test } from 'vitest'
import type { AccountArrival } from '../../../common/model/new-messages.ts'
import { DEFAULT_READER_SETTINGS } from '../../../common/protocol/shared-values.ts'
import type { ReaderSettings } from '../../../common/protocol/settings.ts'
import type { Account, Message } from '../../../common/protocol/wire.ts'
import { type Silenced, withSilence } from '../../../renderer/browser/silenced.ts'

const NOW = Date.parse('2026-03-04T12:00:00Z')
const message = (id: string, from = 'a@example.org'): Message => ({ id, folder: 'INBOX', from, subject: id })
const account = (...latest: readonly Message[]): Account => ({
  id: 'kim',
  unread: latest.length,
  status: 'ok',
  checkedAt: null,
  latest: [...latest],
})
const arrival = (count: number, ...messages: readonly Message[]): AccountArrival => ({
  server: 'page',
  account: 'kim',
  unread: count,
  count,
  messages,
})
const muted: Partial<ReaderSettings> = { muted: [{ scope: null, untilMs: NOW + 1_000 }] }

function run(
  before: Silenced,
  arrivals: readonly AccountArrival[],
  accounts: readonly Account[],
  settings: Partial<ReaderSettings>,
  nowMs = NOW,
) {
  const { silenced, due } = withSilence(before, arrivals, {
    accounts,
    settings: { ...DEFAULT_READER_SETTINGS, ...settings },
    server: 'page',
    nowMs,
  })
  return { silenced, due: due.map(({ count, messages }) => [count, messages.map(({ id }) => id)]) }
}

test('notifies at once without a mute, and sums up after it what is still unread', () => {
  const one = message('one')
  expect(run(new Map(), [arrival(1, one)], [account(one)], {}).due).toEqual([[1, ['one']]])
  const two = message('two')
  const first = run(new Map(), [arrival(1, one)], [account(one)], muted)
  expect(first.due).toEqual([])
  const second = run(first.silenced, [arrival(1, two)], [account(two, one)], muted)
  expect(second.due).toEqual([])
  expect(run(second.silenced, [], [account(two)], muted, NOW + 2_000).due).toEqual([[1, ['two']]])
  expect(run(second.silenced, [], [account(two, one)], muted, NOW + 2_000)).toEqual({ silenced: new Map(), due: [[2, ['two', 'one']]] })
})

test('mutes a folder alone, and lets important senders through', () => {
  const folder: Partial<ReaderSettings> = { muted: [{ scope: { server: 'page', account: 'kim', folder: 'INBOX' }, untilMs: null }] }
  const [one, vip] = [message('one'), message('vip', 'Boss <boss@example.org>')]
  expect(run(new Map(), [arrival(1, one)], [account(one)], folder).due).toEqual([])
  expect(run(new Map(), [arrival(2, vip, one)], [account(vip, one)], { ...folder, vips: ['boss@example.org'] }).due).toEqual([[1, ['vip']]])
  const other: Partial<ReaderSettings> = { muted: [{ scope: { server: 'page', account: 'other' }, untilMs: null }] }
  expect(run(new Map(), [arrival(1, one)], [account(one)], other).due).toEqual([[1, ['one']]])
})

test('is quiet in quiet hours, also about messages without a name', () => {
  const quiet: Partial<ReaderSettings> = { quietHours: [{ days: [0, 1, 2, 3, 4, 5, 6], from: '00:00', to: '00:00' }] }
  const nameless: Account = { id: 'kim', unread: 3, status: 'ok', checkedAt: null }
  const first = run(new Map(), [arrival(2)], [nameless], quiet)
  expect(first.due).toEqual([])
  expect(run(first.silenced, [], [nameless], {}).due).toEqual([[2, []]])
  expect(run(first.silenced, [], [{ ...nameless, unread: 1 }], {}).due).toEqual([[1, []]])
})

test('forgets what waits for an account that is gone', () => {
  const one = message('one')
  const { silenced } = run(new Map(), [arrival(1, one)], [account(one)], muted)
  expect(run(silenced, [], [], {})).toEqual({ silenced: new Map(), due: [] })
})

import { describe, expect, test } from 'vitest'
import { DEFAULT_READER_SETTINGS } from '../../../common/protocol/shared-values.ts'
import type { Account } from '../../../common/protocol/wire.ts'
import { expectedState } from '../../../renderer/view/expected-state.ts'
import { keyOfMessage } from '../../../renderer/view/messages.ts'
import type { RemovedMessage } from '../../../renderer/view/pending-actions.ts'
import { account, windowState, withAccounts } from '../states.ts'

const named = (...ids: readonly string[]): Account['latest'] => ids.map((id) => ({ id, folder: 'INBOX', from: 'a', subject: id }))
const kim = (unread: number | null, ...ids: readonly string[]): Account =>
  account({ unread, latest: named(...ids), folders: [{ path: 'INBOX', role: 'inbox', unread: unread ?? 0 }] })

/** @param unreadBefore null while the action is pending */
const removedFrom = (unreadBefore: number | null, ...ids: readonly string[]): [string, RemovedMessage][] =>
  ids.map((id) => [
    keyOfMessage('local', 'kim@example.org', { folder: 'INBOX', id }),
    { at: { server: 'local', account: 'kim@example.org', message: id }, unreadBefore },
  ])

function shown(accounts: readonly Account[], ...removed: readonly [string, RemovedMessage][]) {
  const { state, unconfirmed } = expectedState(withAccounts(...accounts), { removed: new Map(removed), cleared: [] })
  const [first] = state.servers[0]?.accounts ?? []
  return { unread: first?.unread, inbox: first?.folders?.[0]?.unread, latest: first?.latest?.map(({ id }) => id), unconfirmed }
}

test('a message with a pending action is gone from the number, its folder and the list at once', () => {
  expect(shown([kim(9, '3', '2', '1')], ...removedFrom(null, '3', '1'))).toEqual({ unread: 7, inbox: 7, latest: ['2'], unconfirmed: 2 })
})

test('without an action, the state is the servers’', () => {
  expect(shown([kim(9, '3')])).toEqual({ unread: 9, inbox: 9, latest: ['3'], unconfirmed: 0 })
})

test('a number that falls before the list does is not lowered twice', () => {
  expect(shown([kim(9, '3', '2')], ...removedFrom(9, '3'))).toMatchObject({ unread: 8, unconfirmed: 1 })
  expect(shown([kim(8, '3', '2')], ...removedFrom(9, '3'))).toMatchObject({ unread: 8, latest: ['2'], unconfirmed: 0 })
  expect(shown([kim(8, '2')], ...removedFrom(9, '3'))).toMatchObject({ unread: 8, latest: ['2'], unconfirmed: 0 })
})

test('of several that were sent together, each lowers the number until the server has', () => {
  const sent = removedFrom(9, '3', '2', '1')
  expect(shown([kim(9, '3', '2', '1')], ...sent)).toMatchObject({ unread: 6, unconfirmed: 3 })
  expect(shown([kim(8, '2', '1')], ...sent)).toMatchObject({ unread: 6, unconfirmed: 2 })
  expect(shown([kim(7, '2', '1')], ...sent)).toMatchObject({ unread: 6, unconfirmed: 1 })
  expect(shown([kim(6)], ...sent)).toMatchObject({ unread: 6, unconfirmed: 0 })
})

test('a message that arrives meanwhile counts', () => {
  expect(shown([kim(10, '4', '3')], ...removedFrom(null, '3'))).toMatchObject({ unread: 9, latest: ['4'] })
  expect(shown([kim(9, '4')], ...removedFrom(9, '3'))).toMatchObject({ unread: 9, latest: ['4'] })
})

test('an unknown number stays unknown, and none is below 0', () => {
  expect(shown([kim(null, '3')], ...removedFrom(null, '3'))).toMatchObject({ unread: null, latest: [], unconfirmed: 0 })
  expect(shown([kim(0, '3')], ...removedFrom(null, '3'))).toMatchObject({ unread: 0 })
})

test('the number that counts falls with messages that count, and with no other', () => {
  const counting = (...notCounted: readonly { server: string; account: string; folder?: string }[]) => {
    const state = { ...withAccounts(kim(9, '3')), counted: 5, readerSettings: { ...DEFAULT_READER_SETTINGS, notCounted } }
    return expectedState(state, { removed: new Map(removedFrom(null, '3')), cleared: [] }).state.counted
  }
  expect(counting()).toBe(4)
  expect(counting({ server: 'local', account: 'other' })).toBe(4)
  expect(counting({ server: 'local', account: 'kim@example.org', folder: 'INBOX' })).toBe(5)
  expect(expectedState(windowState(), { removed: new Map(), cleared: [] }).state.counted).toBeNull()
})

describe('an account of which everything is marked as read', () => {
  const at = { server: 'local', account: 'kim@example.org' }
  const cleared = (unreadBefore: number | null, ...accounts: readonly Account[]) => {
    const { state, unconfirmed } = expectedState(withAccounts(...accounts), { removed: new Map(), cleared: [{ at, unreadBefore }] })
    const [first] = state.servers[0]?.accounts ?? []
    return { unread: first?.unread, inbox: first?.folders?.[0]?.unread, latest: first?.latest?.map(({ id }) => id), unconfirmed }
  }

  test('has none at once', () => {
    expect(cleared(null, kim(9, '3', '2'))).toEqual({ unread: 0, inbox: 0, latest: [], unconfirmed: 9 })
  })

  test('has what the server reports once its number has fallen', () => {
    expect(cleared(9, kim(9, '3'))).toMatchObject({ unread: 0, latest: [] })
    expect(cleared(9, kim(1, '4'))).toMatchObject({ unread: 1, latest: ['4'], unconfirmed: 0 })
    expect(cleared(9, kim(0))).toMatchObject({ unread: 0, unconfirmed: 0 })
  })

  test('has what came after the action was sent', () => {
    expect(cleared(9, kim(10, '4', '3'))).toMatchObject({ unread: 1, latest: ['4'], unconfirmed: 9 })
  })

  test('stays unknown if its number is', () => {
    expect(cleared(null, kim(null, '3'))).toMatchObject({ unread: null, unconfirmed: 0 })
  })

  test('counts no more than before in the number of what is counted', () => {
    const countedWith = (...notCounted: readonly { server: string; account: string; folder?: string }[]) => {
      const state = { ...withAccounts(kim(9, '3')), counted: 2, readerSettings: { ...DEFAULT_READER_SETTINGS, notCounted } }
      return expectedState(state, { removed: new Map(), cleared: [{ at, unreadBefore: null }] }).state.counted
    }
    expect(countedWith({ server: 'local', account: 'other' })).toBe(0)
    expect(countedWith({ ...at, folder: 'INBOX' })).toBe(0)
  })
})

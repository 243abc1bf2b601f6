import { describe, expect, it } from 'vitest'
import type { LinkState } from '../../../common/protocol/link.ts'
import { addressOf, notificationWords } from '../../../renderer/browser/notify.ts'
import { awaitsNames, findNewMessages, type Known } from '../../../renderer/browser/new-messages.ts'
import { createWords } from '../../../common/words/words.ts'
import type { Account, Message } from '../../../common/protocol/wire.ts'

const live: LinkState = { phase: 'live' }
const mail = (id: string, from = 'Kim <kim@example.org>', subject = 'Lunch?'): Message => ({ id, from, subject })
const account = (unread: number | null, change: Partial<Account> = {}): Account => ({
  id: 'a',
  unread,
  status: 'ok',
  checkedAt: null,
  ...change,
})

/** What each view in turn brings. */
function play(...views: readonly { readonly link?: LinkState; readonly accounts: readonly Account[] | null }[]) {
  let known: ReadonlyMap<string, Known> = new Map()
  return views.map(({ link = live, accounts }) => {
    const found = findNewMessages(known, { link, accounts })
    known = found.known
    return found.rises.map(({ by, mails }) => [by, mails.map(({ id }) => id).join()])
  })
}

describe('a notification in the browser', () => {
  it('waits for the names of a rise where the source tells names', () => {
    const view = (unread: number, latest?: readonly Message[]) => ({
      link: live,
      accounts: [account(unread, latest && { latest: [...latest] })],
    })
    const named = findNewMessages(new Map(), view(1, [mail('1')])).known
    expect(awaitsNames(named, view(2, [mail('1')]))).toBe(true)
    expect(awaitsNames(named, view(2, [mail('2'), mail('1')]))).toBe(false)
    expect(awaitsNames(named, view(1, [mail('1')]))).toBe(false)
    expect(awaitsNames(findNewMessages(new Map(), view(1)).known, view(2))).toBe(false)
  })

  it('is due when unread rises, not at the start, not when it falls or stays', () => {
    expect(play({ accounts: [account(5)] }, { accounts: [account(7)] }, { accounts: [account(7)] }, { accounts: [account(6)] })).toEqual([
      [],
      [[2, '']],
      [],
      [],
    ])
  })

  it('is due for an account that rose while the link was away, once it is back', () => {
    const away: LinkState = { phase: 'connecting' }
    expect(play({ accounts: [account(1)] }, { link: away, accounts: [account(1)] }, { accounts: [account(3)] })).toEqual([
      [],
      [],
      [[2, '']],
    ])
  })

  it('is not due for a number that is not fresh, nor for the first count', () => {
    expect(play({ accounts: [account(1)] }, { accounts: [account(9, { status: 'stale' })] }, { accounts: [account(1)] })).toEqual([
      [],
      [],
      [],
    ])
    expect(play({ accounts: [account(null, { status: 'pending' })] }, { accounts: [account(4)] })).toEqual([[], []])
  })

  it('names the mails that were not there before', () => {
    expect(
      play({ accounts: [account(1, { latest: [mail('1')] })] }, { accounts: [account(2, { latest: [mail('2'), mail('1')] })] }),
    ).toEqual([[], [[1, '2']]])
  })

  it('opens the mail where it is about one that has an address on the web, else the page', () => {
    const url = 'https://mail.example.org/1'
    const rise = { account: 'a', by: 1, unread: 3, mails: [{ ...mail('1'), url }] }
    expect(addressOf([rise])).toBe(url)
    expect(addressOf([])).toBeNull()
    expect(addressOf([rise, { ...rise, account: 'b' }])).toBeNull()
    expect(addressOf([{ ...rise, by: 2 }])).toBeNull()
    expect(addressOf([{ ...rise, mails: [mail('1')] }])).toBeNull()
    expect(addressOf([{ ...rise, mails: [{ ...mail('1'), url: 'javascript:alert(1)' }] }])).toBeNull()
  })

  it('is one for everything, in words', () => {
    const words = createWords('en')
    const rise = { account: 'a', by: 1, unread: 3, mails: [mail('1')] }
    expect(notificationWords([], 'mail', words)).toBeNull()
    expect(notificationWords([rise], 'mail', words)).toEqual({ title: 'Kim', body: 'Lunch?' })
    expect(notificationWords([rise], 'account', words)).toEqual({ title: '1 new mail', body: 'a' })
    expect(notificationWords([rise], 'nothing', words)).toEqual({ title: '1 new mail', body: '' })
    expect(notificationWords([{ ...rise, mails: [] }], 'mail', words)).toEqual({ title: '1 new mail', body: 'a: 3 unread' })
    expect(
      notificationWords([rise, { ...rise, account: 'b', by: 2, mails: [mail('2', 'Ada <a@b>'), mail('3', 'Kim <k@b>')] }], 'mail', words),
    ).toEqual({
      title: '3 new mails',
      body: 'Kim and Ada',
    })
  })
})

import { describe, expect, it } from 'vitest'
import type { LinkState } from '../../../common/protocol/link.ts'
import { addressOf, textOf } from '../../../renderer/browser/notify.ts'
import { findArrivals, type PageMemory } from '../../../renderer/browser/new-messages.ts'
import { createWords } from '../../../common/words/words.ts'
import type { Account, Message } from '../../../common/protocol/wire.ts'

const START = Date.UTC(2026, 0, 1)
const live: LinkState = { phase: 'live' }
const message = (id: string, from = 'Kim <kim@example.org>', subject = 'Lunch?'): Message => ({ id, from, subject })
const account = (unread: number | null, change: Partial<Account> = {}): Account => ({
  id: 'a',
  unread,
  status: 'ok',
  checkedAt: null,
  ...change,
})

/** The arrivals of each view, in order. */
function play(...views: readonly { readonly link?: LinkState; readonly accounts: readonly Account[] | null }[]) {
  let memory: PageMemory = new Map()
  return views.map(({ link = live, accounts }) => {
    const found = findArrivals(memory, { link, accounts }, START)
    memory = found.memory
    return found.arrivals.map(({ count, messages }) => [count, messages.map(({ id }) => id).join()])
  })
}

const nameOf = (_server: string, id: string): string => id

describe('a notification in the browser', () => {
  it('waits for the names of new messages if the source reports names', () => {
    const view = (unread: number, latest?: readonly Message[]) => ({
      link: live,
      accounts: [account(unread, latest && { latest: [...latest] })],
    })
    const { memory } = findArrivals(new Map(), view(1, [message('1')]), START)
    expect(findArrivals(memory, view(2, [message('1')]), START).awaitsNames).toBe(true)
    expect(findArrivals(memory, view(2, [message('2'), message('1')]), START).awaitsNames).toBe(false)
    expect(findArrivals(memory, view(1, [message('1')]), START).awaitsNames).toBe(false)
    expect(findArrivals(findArrivals(new Map(), view(1), START).memory, view(2), START).awaitsNames).toBe(false)
  })

  it('is due when the number rises, but not at the start, nor when it falls or stays', () => {
    expect(play({ accounts: [account(5)] }, { accounts: [account(7)] }, { accounts: [account(7)] }, { accounts: [account(6)] })).toEqual([
      [],
      [[2, '']],
      [],
      [],
    ])
  })

  it('is due after a lost connection for an account that rose meanwhile', () => {
    const away: LinkState = { phase: 'connecting' }
    expect(play({ accounts: [account(1)] }, { link: away, accounts: [account(1)] }, { accounts: [account(3)] })).toEqual([
      [],
      [],
      [[2, '']],
    ])
  })

  it('is not due for an outdated number, nor for the first count', () => {
    expect(play({ accounts: [account(1)] }, { accounts: [account(9, { status: 'stale' })] }, { accounts: [account(1)] })).toEqual([
      [],
      [],
      [],
    ])
    expect(play({ accounts: [account(null, { status: 'pending' })] }, { accounts: [account(4)] })).toEqual([[], []])
  })

  it('contains the messages that are new', () => {
    expect(
      play({ accounts: [account(1, { latest: [message('1')] })] }, { accounts: [account(2, { latest: [message('2'), message('1')] })] }),
    ).toEqual([[], [[1, '2']]])
  })

  it('is due for a message that arrived as another was read, but not for one that is unread again', () => {
    const dated = (id: string, day: number) => ({ ...message(id), date: `2026-01-0${day}T00:00:00Z` })
    const latest = (...messages: readonly Message[]) => ({ accounts: [account(messages.length, { latest: [...messages] })] })
    const [one, two] = [dated('1', 1), dated('2', 2)]
    expect(play(latest(one), latest(two), latest(two, one))).toEqual([[], [[1, '2']], []])
  })

  it('opens its message if it has exactly one with a web address, else the page', () => {
    const url = 'https://mail.example.org/1'
    const arrival = { server: 'page', account: 'a', count: 1, unread: 3, messages: [{ ...message('1'), url }] }
    expect(addressOf([arrival])).toBe(url)
    expect(addressOf([])).toBeNull()
    expect(addressOf([arrival, { ...arrival, account: 'b' }])).toBeNull()
    expect(addressOf([{ ...arrival, count: 2 }])).toBeNull()
    expect(addressOf([{ ...arrival, messages: [message('1')] }])).toBeNull()
    expect(addressOf([{ ...arrival, messages: [{ ...message('1'), url: 'javascript:alert(1)' }] }])).toBeNull()
  })

  it('covers all accounts, in the words of the desktop app', () => {
    const words = createWords('en')
    const arrival = { server: 'page', account: 'a', count: 1, unread: 3, messages: [message('1')] }
    expect(textOf([arrival], 'mail', words, nameOf)).toEqual({ title: 'Kim', body: 'Lunch?' })
    expect(textOf([arrival], 'account', words, nameOf)).toEqual({ title: words.t('newMail'), body: 'a' })
    expect(textOf([arrival], 'account', words, () => 'Work').body).toBe('Work')
    expect(textOf([arrival], 'nothing', words, nameOf)).toEqual({ title: words.t('newMail'), body: '' })
    expect(textOf([{ ...arrival, messages: [] }], 'mail', words, nameOf)).toEqual({
      title: words.t('newMails', { count: 1 }),
      body: 'a: 3 unread',
    })
    const other = { ...arrival, account: 'b', count: 2, messages: [message('2', 'Ada <a@b>'), message('3', 'Kim <k@b>')] }
    expect(textOf([arrival, other], 'mail', words, nameOf)).toEqual({ title: words.t('newMails', { count: 3 }), body: 'Kim, Ada' })
    expect(textOf([arrival, { ...other, count: 4 }], 'mail', words, nameOf).body).toBe('Kim, Ada and 2 more')
    expect(textOf([arrival, other], 'account', words, nameOf).body).toBe('a, b')
  })
})

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { packAccount, sharedStateOf } from '../../../../server/board/redis/account.ts'
import { createReplica } from '../../../../server/board/redis/replica.ts'
import { contentOf, raise } from './content-of.ts'

const ACCOUNTS = 20_000

const messages = Array.from({ length: 5 }, (_, i) => ({
  id: `INBOX/1700000000/${i}`,
  folder: 'INBOX',
  from: 'Kim Min-ji <minji.kim@example.org>',
  subject: `Minutes of the meeting, part ${i}`,
  date: '2026-01-01T09:00:00.000Z',
}))

function heapBytes(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return process.memoryUsage().heapUsed
}

describe('the memory of an account of a shared board', () => {
  it.each([
    ['a number alone', { unread: 5, status: 'ok' }],
    ['five messages', { unread: 5, total: 120, status: 'ok', latest: messages }],
  ])('is at most 300 bytes besides its JSON: %s', (_, body) => {
    const text = JSON.stringify(body)
    const replica = createReplica('own', (callback) => callback(), raise)
    const before = heapBytes()
    const accounts = Array.from({ length: ACCOUNTS }, (__, i) =>
      packAccount(`user${i}@example.org`, i, '', { checkedAtMs: Date.now() }, text),
    )
    replica.resync(contentOf({ epoch: 'e~1~x', rev: ACCOUNTS, removedAtRev: 0, accounts }))
    accounts.length = 0
    const each = (heapBytes() - before) / ACCOUNTS
    expect(replica.size).toBe(ACCOUNTS)
    expect(each).toBeLessThan(300 + text.length)
  })
})

describe('an account of a shared board', () => {
  it('reads as it was packed, without what a newer Mailbell has added', () => {
    const body = {
      label: 'Work',
      unread: 5,
      total: 9,
      status: 'stale',
      error: { code: 'network', message: 'Retrying.' },
      latest: messages,
      added: 1,
    }
    expect(sharedStateOf(packAccount('a', 1, '', { checkedAtMs: null }, JSON.stringify(body)))).toEqual({
      label: 'Work',
      counts: { unread: 5, total: 9, latest: messages },
      status: 'stale',
      error: { code: 'network', message: 'Retrying.' },
    })
  })

  it.each([
    ['is no JSON', '{'],
    ['has a count that is none', '{"unread":-1,"status":"ok"}'],
    ['has no status', '{"unread":1}'],
  ])('is not accepted if its text %s', (_, text) => {
    expect(() => packAccount('a', 1, '', { checkedAtMs: null }, text)).toThrow()
  })
})

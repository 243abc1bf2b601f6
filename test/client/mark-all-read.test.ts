import { expect, test } from 'vitest'
import { repeatWhileFewer, unreadOf } from '../../client/mark-all-read.ts'

const OK = { ok: true } as const
const LATE = { ok: false, code: 'mail-server-timeout' } as const
const REJECTED = { ok: false, code: 'mail-server-refused' } as const

/** A mailbox in which each request marks the next number of `marks` before it times out. */
function mailbox(unread: number | null, marks: readonly number[]) {
  const box = { unread, requests: 0 }
  return {
    box,
    left: () => box.unread,
    async send() {
      const marked = marks[box.requests++] ?? marks.at(-1) ?? 0
      if (box.unread === null) return LATE
      box.unread = Math.max(0, box.unread - marked)
      return box.unread === 0 ? OK : LATE
    },
  }
}

test('requests repeat while each of them leaves fewer messages', async () => {
  const { box, send, left } = mailbox(100_000, [40_000])
  expect(await repeatWhileFewer(send, left)).toEqual(OK)
  expect(box).toEqual({ unread: 0, requests: 3 })
})

test("they end when a request marks nothing, and the server's answer is returned", async () => {
  const { box, send, left } = mailbox(100_000, [40_000, 0])
  expect(await repeatWhileFewer(send, left)).toEqual(LATE)
  expect(box).toEqual({ unread: 60_000, requests: 2 })
})

test('their number is limited', async () => {
  const { box, send, left } = mailbox(1_000_000, [1])
  expect(await repeatWhileFewer(send, left)).toEqual(LATE)
  expect(box.requests).toBe(9)
})

test('a rejected request, or one without a known number, is sent once', async () => {
  let requests = 0
  const reject = async () => {
    requests += 1
    return REJECTED
  }
  expect(await repeatWhileFewer(reject, () => 5)).toEqual(REJECTED)
  const { box, send, left } = mailbox(null, [1])
  expect(await repeatWhileFewer(send, left)).toEqual(LATE)
  expect([requests, box.requests]).toEqual([1, 1])
})

test('the number is that of this account on this server', () => {
  const account = (id: string, unread: number) => ({ id, unread, status: 'ok' as const, checkedAt: null })
  const servers = [
    { id: 'one', accounts: [account('me', 3)] },
    { id: 'two', accounts: [account('me', 4)] },
    { id: 'three', accounts: null },
  ]
  expect(['one', 'two', 'three'].map((server) => unreadOf(servers, { server, account: 'me' }))).toEqual([3, 4, null])
})

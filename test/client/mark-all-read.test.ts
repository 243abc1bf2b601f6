import { expect, test } from 'vitest'
import { repeatWhileFewer, unreadOf } from '../../client/mark-all-read.ts'

const OK = { ok: true } as const
const LATE = { ok: false, code: 'mail-timeout' } as const
const REFUSED = { ok: false, code: 'mail-refused' } as const

/** A mailbox of which each request marks as many as it is given before its time is over. */
function mailbox(unread: number | null, marks: readonly number[]) {
  const box = { unread, asked: 0 }
  return {
    box,
    left: () => box.unread,
    async ask() {
      const marked = marks[box.asked++] ?? marks.at(-1) ?? 0
      if (box.unread === null) return LATE
      box.unread = Math.max(0, box.unread - marked)
      return box.unread === 0 ? OK : LATE
    },
  }
}

test('it goes on for as long as each time leaves fewer', async () => {
  const { box, ask, left } = mailbox(100_000, [40_000])
  expect(await repeatWhileFewer(ask, left)).toEqual(OK)
  expect(box).toEqual({ unread: 0, asked: 3 })
})

test("it ends when nothing more was marked, and returns the server's answer", async () => {
  const { box, ask, left } = mailbox(100_000, [40_000, 0])
  expect(await repeatWhileFewer(ask, left)).toEqual(LATE)
  expect(box).toEqual({ unread: 60_000, asked: 2 })
})

test('it ends in any case', async () => {
  const { box, ask, left } = mailbox(1_000_000, [1])
  expect(await repeatWhileFewer(ask, left)).toEqual(LATE)
  expect(box.asked).toBe(9)
})

test('a refused request, or one with an unknown number, is sent once', async () => {
  let asked = 0
  const refuse = async () => {
    asked += 1
    return REFUSED
  }
  expect(await repeatWhileFewer(refuse, () => 5)).toEqual(REFUSED)
  const { box, ask, left } = mailbox(null, [1])
  expect(await repeatWhileFewer(ask, left)).toEqual(LATE)
  expect([asked, box.asked]).toEqual([1, 1])
})

test('the number is that of this account at this server', () => {
  const account = (id: string, unread: number) => ({ id, unread, status: 'ok' as const, checkedAt: null })
  const servers = [
    { id: 'one', accounts: [account('me', 3)] },
    { id: 'two', accounts: [account('me', 4)] },
    { id: 'three', accounts: null },
  ]
  expect(['one', 'two', 'three'].map((server) => unreadOf(servers, { server, account: 'me' }))).toEqual([3, 4, null])
})

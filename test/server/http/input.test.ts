/** A list of many accounts is checked in turns: other requests are answered in between. */
import { expect, test } from 'vitest'
import { createInput } from '../../../server/http/input.ts'
import type { Reply } from '../../../server/http/reply.ts'
import { turnsDuring } from '../../helpers/sources/turns.ts'

function started() {
  const problems: string[] = []
  const board = { get: () => undefined } as unknown as Parameters<typeof createInput>[1]
  const problem = (_: unknown, __: string, { detail = '' } = {}): void => void problems.push(detail)
  return { problems, input: createInput({ problem } as Parameters<typeof createInput>[0], board) }
}

const reply = {} as Reply
const latest = [{ id: 'm', from: 'Kim', subject: 'Hello' }]
const account = (n: number) => ({ id: `user${n}`, unread: n, latest })
const many = Array.from({ length: 5_000 }, (_, n) => account(n))

test('5,000 accounts', async () => {
  const { input, problems } = started()
  const checking = input.accounts({ accounts: many }, reply)
  expect(await turnsDuring(checking)).toBeGreaterThanOrEqual(10)
  expect(await checking).toHaveLength(5_000)
  expect(problems).toEqual([])
})

test.each([
  ['the first error', [account(0), { id: 'a' }, { id: 'b' }, ...many], /^accounts\.1\.unread: /],
  ['what is no account', [account(0), 5], /^accounts\.1: /],
  ['an unknown key', [{ ...account(0), x: 1, y: 2 }], /^accounts\.0\.x: is not known here$/],
  ['a repeated id', [account(0), account(1), account(0)], /^accounts: must name each id once$/],
  ['an empty list', [], /^accounts: /],
  ['too many accounts', Array.from({ length: 10_001 }, () => 5), /^accounts: /],
])('%s is the only one that is answered', async (_, accounts, detail) => {
  const { input, problems } = started()
  expect(await input.accounts({ accounts }, reply)).toBeNull()
  expect(problems).toEqual([expect.stringMatching(detail)])
})

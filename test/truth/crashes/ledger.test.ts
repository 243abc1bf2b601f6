import { beforeEach, expect, it } from 'vitest'
import { createLedger, type Ledger } from './ledger.ts'

let ledger: Ledger
const put = (outcome?: 'stored' | 'refused' | 'unknown') => {
  const write = ledger.begin('kim', true)
  if (outcome) ledger.answered(write, outcome)
  return write
}
const ok = (unread: number) => ({ unread, status: 'ok' })

beforeEach(() => {
  ledger = createLedger()
})

it('accepts what was confirmed, and what may have been stored', () => {
  const start = ledger.startRead()
  put('stored')
  ledger.check('kim', undefined, start)
  ledger.check('kim', ok(1), ledger.startRead())
  put('unknown')
  put()
  for (const unread of [1, 2, 3]) ledger.check('kim', ok(unread), ledger.startRead())
  expect(ledger.wrong).toEqual([])
})

it.each([
  ['an older number than the confirmed one', () => (put('stored'), put('stored'), ok(1)), 'kim is 1; 2 was confirmed'],
  ['a number that was refused', () => (put('refused'), ok(1)), 'kim is 1, which was refused'],
  ['a number of no write', () => ok(7), 'kim is 7, which was not sent'],
  ['a missing account', () => (put('stored'), undefined), 'kim is missing; 1 was confirmed'],
  [
    'an account that was removed',
    () => (put('stored'), ledger.answered(ledger.begin('kim', false), 'stored'), ok(1)),
    'kim is 1; 2 was confirmed',
  ],
  ['a number from before a restart as ok', () => (put('stored'), ledger.restarted(), ok(1)), 'kim is 1 and ok, from before the restart'],
])('finds %s', (_, shown, error) => {
  ledger.check('kim', shown(), ledger.startRead())
  expect(ledger.wrong).toEqual([error])
})

it('finds a number that was shown and refused afterwards', () => {
  const write = put()
  ledger.check('kim', ok(1), ledger.startRead())
  ledger.answered(write, 'refused')
  expect(ledger.wrong).toEqual(['kim was 1, which was refused afterwards'])
})

it('accepts a number from before a restart as stale, and one that was open then as ok', () => {
  put('stored')
  const open = put()
  ledger.restarted()
  ledger.check('kim', { unread: 1, status: 'stale' }, ledger.startRead())
  ledger.answered(open, 'stored')
  ledger.check('kim', ok(2), ledger.startRead())
  expect(ledger.wrong).toEqual([])
})

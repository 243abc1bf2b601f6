/** Runs the poll loop, collector, board and notifications through simulated weeks. */
import { expect, test } from 'vitest'
import { simulateWeek } from './week.ts'

const WEEKS = 8

test.each(Array.from({ length: WEEKS }, (_, i) => ({ seed: i + 1 })))(
  'a week ends with the correct count, and each message was notified once: seed $seed',
  async ({ seed }) => {
    const { violations, messages, notifications } = await simulateWeek(seed)
    expect(violations).toEqual([])
    expect(messages).toBeGreaterThan(100)
    expect(notifications).toBeGreaterThan(50)
  },
)

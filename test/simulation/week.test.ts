/** Poll loop, collector, board and alerts, through weeks that are played in moments. */
import { expect, test } from 'vitest'
import { playWeek } from './week.ts'

const WEEKS = 8

test.each(Array.from({ length: WEEKS }, (_, i) => ({ seed: i + 1 })))(
  'a week ends with the right number, and each mail was told once: seed $seed',
  async ({ seed }) => {
    const { faults, mails, notifications } = await playWeek(seed)
    expect(faults).toEqual([])
    expect(mails).toBeGreaterThan(100)
    expect(notifications).toBeGreaterThan(50)
  },
)

import { describe, expect, it } from 'vitest'
import { createDeadlines } from '../../../../../server/board/redis/connection/deadline.ts'

describe('a deadline on the clock of Redis', () => {
  it('follows the latest time of Redis, whatever the clock of the machine says', () => {
    let nowMs = 70
    const deadlines = createDeadlines(() => nowMs)
    deadlines.update(1_000_000)
    nowMs += 500
    expect(deadlines.in(3_000)).toBe(1_003_500)
    deadlines.update(400_000)
    expect(deadlines.in(3_000)).toBe(403_000)
  })

  it('has passed while the time of Redis is not known', () => {
    expect(createDeadlines(() => 70).in(3_000)).toBe(0)
  })
})

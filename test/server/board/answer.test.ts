import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { holdSecondsOf, verdictOf } from '../../../server/board/answer.ts'

describe('a request against the board', () => {
  it('is answered in full when it has no tag', () => {
    expect(verdictOf({ has: null, waitSeconds: 55 }, 'e.1')).toBe('full')
  })

  it('is answered in full when none of its tags is the present one, older or newer', () => {
    expect(verdictOf({ has: ['e.1'], waitSeconds: 55 }, 'e.2')).toBe('full')
    expect(verdictOf({ has: ['e.9', 'f.2'], waitSeconds: 0 }, 'e.2')).toBe('full')
  })

  it('is answered "unchanged" at once when it has the present tag and no wait', () => {
    expect(verdictOf({ has: ['e.2'], waitSeconds: 0 }, 'e.2')).toBe('unchanged')
    expect(verdictOf({ has: 'any', waitSeconds: 0 }, 'e.2')).toBe('unchanged')
  })

  it('is parked when it has the present tag and a wait', () => {
    expect(verdictOf({ has: ['x', 'e.2'], waitSeconds: 1 }, 'e.2')).toBe('park')
  })
})

describe('the hold', () => {
  it('lies between 15/16 of the wait and the wait, and never above the maximum of the server', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.integer({ min: 1, max: 600 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (wait, most, random) => {
          const hold = holdSecondsOf(wait, most, () => random)
          const bound = Math.min(wait, most)
          expect(hold).toBeLessThanOrEqual(bound)
          expect(hold).toBeGreaterThan((bound * 15) / 16 - 1e-9)
        },
      ),
    )
  })
})

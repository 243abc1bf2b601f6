import { describe, expect, it } from 'vitest'
import { nextEpoch } from '../../../../server/board/redis/epochs.ts'

describe('epochs', () => {
  const newId = () => 'abcdefghijkl'

  it('continue their line, and start one where there is none', () => {
    expect(nextEpoch(null, newId)).toBe('abcdefghijkl~1~abcdef')
    expect(nextEpoch('line~41~x', newId)).toBe('line~42~abcdef')
    expect(nextEpoch('of something else', newId)).toBe('abcdefghijkl~1~abcdef')
  })
})

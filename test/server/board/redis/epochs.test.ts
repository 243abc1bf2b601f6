import { describe, expect, it } from 'vitest'
import { isSameLine, nextEpoch } from '../../../../server/board/redis/epochs.ts'

describe('epochs', () => {
  const newId = () => 'abcdefghijkl'

  it('continue their line, and start one where there is none', () => {
    expect(nextEpoch(null, newId)).toBe('abcdefghijkl~1~abcdef')
    expect(nextEpoch('line~41~x', newId)).toBe('line~42~abcdef')
    expect(nextEpoch('of something else', newId)).toBe('abcdefghijkl~1~abcdef')
  })

  it('of one line are known as such', () => {
    expect(isSameLine('line~1~x', 'line~7~y')).toBe(true)
    expect(isSameLine('line~1~x', 'other~1~x')).toBe(false)
  })
})

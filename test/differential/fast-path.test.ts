import { expect, it } from 'vitest'
import { compareWays } from './compare.ts'

it('answers every request as node:http alone does', async () => {
  const { requests, fast, differences } = await compareWays(1, 4_000)
  expect(differences).toEqual([])
  // Most of them are valid, and take the fast path.
  expect(fast).toBeGreaterThan(requests / 4)
})

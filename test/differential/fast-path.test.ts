import { expect, it } from 'vitest'
import { compareWays } from './compare.ts'

it('answers every request as node:http alone does', async () => {
  const { requests, fast, differences } = await compareWays(1, 4_000)
  expect(differences).toEqual([])
  expect(fast).toBeGreaterThan(requests / 8)
})

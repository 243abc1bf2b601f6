/** Runs the shared board, parked polls and answers of several machines under a simulated clock and network. */
import { expect, test } from 'vitest'
import { runCrowd } from './run.ts'

test.each([1, 2, 3])('a machine dies and another loses Redis, and no client gets a wrong number: seed %d', async (seed) => {
  const { wrong, behind, victims, healedMs, serverMs } = await runCrowd({ seed, clients: 600, nodes: 4 })
  expect({ wrong, behind }).toEqual({ wrong: [], behind: 0 })
  expect(victims).toBeGreaterThan(50)
  expect(healedMs).toBeLessThan(10_000)
  expect(serverMs.length).toBeGreaterThan(20)
})

/** A short form of `npm run truth`: what Mailbell shows is true, over every kind of mailbox, also after a cut and a restart. */
import { describe, test } from 'vitest'
import { needs } from '../helpers/parts.ts'
import { backends } from './backends.ts'
import { runFaults, runTruth } from './run.ts'

const SEED = 20_260_601
/** Where Mailbell asks at an interval, each is waited for by itself. */
const CHANGES = { told: 100, asked: 50 }
const AWAY_MS = 200

// At the same time, for most of it is waiting: for intervals, and for servers that wait half a second until they tell.
for (const backend of backends) {
  describe.runIf(needs(backend.needs)).concurrent(backend.name, () => {
    test('shows each of some random changes, and never a number that was not true', { timeout: 120_000 }, async ({ expect }) => {
      const least = CHANGES[backend.news]
      const { changes, wrong } = await runTruth(backend, { changes: least, seed: SEED })
      expect(wrong).toEqual([])
      expect(changes).toBeGreaterThanOrEqual(least)
    })

    test('is right again after a cut and after the server was away', { timeout: 120_000 }, async ({ expect }) => {
      const outcomes = await runFaults(backend, ['cut', 'restart'], SEED, { awayMs: AWAY_MS, frozenMs: 0 })
      expect(outcomes.map(({ seconds }) => seconds).filter((seconds) => seconds > 30)).toEqual([])
      expect(outcomes.flatMap(({ lies }) => lies)).toEqual([])
    })
  })
}

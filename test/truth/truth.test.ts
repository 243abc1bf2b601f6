/** A short form of `npm run truth`: displayed counts are true for every backend, also after a cut and a restart. */
import { describe, test } from 'vitest'
import { needs } from '../helpers/parts.ts'
import { backends } from './backends.ts'
import { runFaults, runTruth } from './run.ts'

const SEED = 20_260_601
/** Each change of a polled backend takes an interval. */
const CHANGES = { push: 100, poll: 50 }
const AWAY_MS = 200

// Concurrent, because most of the time passes waiting for intervals and for servers that notify after half a second.
for (const backend of backends) {
  describe.runIf(backend.needs === null || needs(backend.needs)).concurrent(backend.name, () => {
    test('shows every random change, and never a wrong count', { timeout: 120_000 }, async ({ expect }) => {
      const minChanges = CHANGES[backend.updates]
      const { changes, wrong } = await runTruth(backend, { changes: minChanges, seed: SEED })
      expect(wrong).toEqual([])
      expect(changes).toBeGreaterThanOrEqual(minChanges)
    })

    test('recovers after a cut and after a restart of the server', { timeout: 120_000 }, async ({ expect }) => {
      const outcomes = await runFaults(backend, ['cut', 'restart'], SEED, { awayMs: AWAY_MS, frozenMs: 0 })
      expect(outcomes.map(({ seconds }) => seconds).filter((seconds) => seconds > 30)).toEqual([])
      expect(outcomes.flatMap(({ wrong }) => wrong)).toEqual([])
    })
  })
}

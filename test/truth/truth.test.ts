/** A short form of `npm run truth`: what Mailbell shows is true, over every kind of mailbox, also after a cut and a restart. */
import { describe, expect, test } from 'vitest'
import { needs } from '../helpers/parts.ts'
import { backends } from './backends.ts'
import { runFaults, runTruth } from './run.ts'

const SEED = 20_260_601
/** Some servers wait half a second with each: as many as fit into a few seconds. */
const CHANGES: Readonly<Record<string, number>> = { 'Cyrus, IMAP': 40, Maildir: 100, mbox: 40 }
const FEW = 10
const AWAY_MS = 200

for (const backend of backends) {
  describe.runIf(needs(backend.needs))(backend.name, () => {
    test('shows each of some random changes, and never a number that was not true', { timeout: 120_000 }, async () => {
      const changes = CHANGES[backend.name] ?? FEW
      const { latencies, wrong } = await runTruth(backend, { changes, seed: SEED })
      expect(wrong).toEqual([])
      expect(latencies).toHaveLength(changes)
    })

    test('is right again after a cut and after the server was away', { timeout: 120_000 }, async () => {
      const outcomes = await runFaults(backend, ['cut', 'restart'], SEED, { awayMs: AWAY_MS, frozenMs: 0 })
      expect(outcomes.map(({ seconds }) => seconds).filter((seconds) => seconds > 30)).toEqual([])
      expect(outcomes.flatMap(({ lies }) => lies)).toEqual([])
    })
  })
}

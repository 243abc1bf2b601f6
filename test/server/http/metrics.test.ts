import { expect, test } from 'vitest'
import { createMetrics } from '../../../server/http/metrics.ts'

const textOf = (longestTurnsMs: ReadonlyMap<string, number>): Promise<string> =>
  createMetrics({ size: 0 }, { size: 0 }, { sources: () => [], longestTurnsMs: () => longestTurnsMs }, undefined).text()

test('the CPU time of the process counts from its start, also at the first scrape', async () => {
  const { user, system } = process.cpuUsage()
  const text = await textOf(new Map())
  const value = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
  expect(value('process_cpu_user_seconds_total')).toBeGreaterThanOrEqual(user / 1e6)
  expect(value('process_cpu_system_seconds_total')).toBeGreaterThanOrEqual(system / 1e6)
  expect(value('process_cpu_seconds_total')).toBeGreaterThanOrEqual((user + system) / 1e6)
})

test('the longest turn is shown by the kind of source', async () => {
  expect(await textOf(new Map([['imap', 12]]))).toContain('mailbell_source_longest_turn_seconds{kind="imap"} 0.012')
})

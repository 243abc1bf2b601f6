import { expect, test } from 'vitest'
import { createMetrics } from '../../../server/http/metrics.ts'

test('the CPU time of the process counts from its start, also at the first scrape', async () => {
  const { user, system } = process.cpuUsage()
  const text = await createMetrics({ size: 0 }, { size: 0 }, () => [], undefined).text()
  const value = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
  expect(value('process_cpu_user_seconds_total')).toBeGreaterThanOrEqual(user / 1e6)
  expect(value('process_cpu_system_seconds_total')).toBeGreaterThanOrEqual(system / 1e6)
  expect(value('process_cpu_seconds_total')).toBeGreaterThanOrEqual((user + system) / 1e6)
})

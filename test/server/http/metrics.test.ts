import { expect, test } from 'vitest'
import { createMetrics } from '../../../server/http/metrics.ts'

const create = (longestTurnsMs: ReadonlyMap<string, number> = new Map()) =>
  createMetrics({
    accounts: { size: 0 },
    parkedPolls: { size: 0 },
    collector: { sources: () => [], longestTurnsMs: () => longestTurnsMs },
    isFresh: undefined,
  })
const textOf = (longestTurnsMs: ReadonlyMap<string, number>): Promise<string> => create(longestTurnsMs).text()

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

test('requests, responses, changes and releases are counted, and each scrape shows the present counts', async () => {
  const metrics = create()
  const counters = async () => (await metrics.text()).split('\n').filter((line) => line.startsWith('mailbell_') && line.includes('_total'))
  const at = (fast: number, ok: readonly string[], changed: number, changes: number) => [
    `mailbell_changes_total ${changes}`,
    ...ok,
    `mailbell_requests_total{path="fast"} ${fast}`,
    'mailbell_requests_total{path="http"} 0',
    `mailbell_releases_total{reason="changed"} ${changed}`,
    'mailbell_releases_total{reason="expired"} 0',
    'mailbell_releases_total{reason="drained"} 0',
  ]
  expect(await counters()).toEqual(at(0, [], 0, 0))
  metrics.countRequest('fast')
  metrics.countRequest('fast')
  metrics.countResponse(204)
  metrics.countRelease('changed')
  metrics.countChanges(7)
  const once = at(2, ['mailbell_answers_total{status="204"} 1'], 1, 7)
  expect(await counters()).toEqual(once)
  expect(await counters()).toEqual(once)
})

test('the time from a change to its response is a histogram, with each bucket containing the smaller ones', async () => {
  const metrics = create()
  for (const seconds of [0.0005, 0.0006, 0.7, 60]) metrics.observeLatency(seconds)
  const lines = (await metrics.text()).split('\n').filter((line) => line.startsWith('mailbell_change_to_answer_seconds'))
  expect(lines.map((line) => line.replace('mailbell_change_to_answer_seconds', ''))).toEqual([
    ...['0.0005', '0.001', '0.0025'].map((le, i) => `_bucket{le="${le}"} ${[1, 2, 2][i]}`),
    ...['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5'].map((le) => `_bucket{le="${le}"} 2`),
    ...['1', '2.5'].map((le) => `_bucket{le="${le}"} 3`),
    '_bucket{le="+Inf"} 4',
    `_sum ${0.0005 + 0.0006 + 0.7 + 60}`,
    '_count 4',
  ])
})

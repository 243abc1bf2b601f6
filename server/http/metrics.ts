/** Counts what happens, for the metrics in Prometheus' format. */
import type { Release } from '../board/parking.ts'
import type { createPrometheus, PrometheusDeps, Totals } from './prometheus.ts'

export type Metrics = ReturnType<typeof createMetrics>

const LATENCY_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

export function createMetrics(deps: Omit<PrometheusDeps, 'totals'>) {
  const responses = new Map<number, number>()
  const totals: Totals = { changes: 0, responses, requests: { fast: 0, http: 0 }, releases: { changed: 0, expired: 0, drained: 0 } }
  const latency = createHistogram(
    'mailbell_change_to_answer_seconds',
    'From a change of the board to the response of a parked poll that reports it.',
    LATENCY_BUCKETS,
  )
  let prometheus: Promise<ReturnType<typeof createPrometheus>> | null = null

  return {
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
    async text(): Promise<string> {
      prometheus ??= import('./prometheus.ts').then((loaded) => loaded.createPrometheus({ ...deps, totals }))
      return `${await (await prometheus).metrics()}\n${latency.text()}`
    },
    countChanges: (accountCount: number): void => void (totals.changes += accountCount),
    countResponse: (status: number): void => void responses.set(status, (responses.get(status) ?? 0) + 1),
    countRequest: (path: 'fast' | 'http'): void => void (totals.requests[path] += 1),
    countRelease: (why: Release): void => void (totals.releases[why] += 1),
    /** From a change of the board to the response that reports it. */
    observeLatency: latency.observe,
  }
}

/** A histogram whose observations cost an addition; those of the library search for labels. */
function createHistogram(name: string, help: string, buckets: readonly number[]) {
  const counts = buckets.map(() => 0)
  let count = 0
  let sum = 0
  return {
    observe(value: number): void {
      count += 1
      sum += value
      const bucket = buckets.findIndex((bound) => value <= bound)
      if (bucket >= 0) counts[bucket] = (counts[bucket] ?? 0) + 1
    },
    /** In Prometheus' format: a bucket contains the smaller ones. */
    text(): string {
      let below = 0
      const lines = buckets.map((bound, i) => `${name}_bucket{le="${bound}"} ${(below += counts[i] ?? 0)}`)
      const last = [`${name}_bucket{le="+Inf"} ${count}`, `${name}_sum ${sum}`, `${name}_count ${count}`]
      return [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`, ...lines, ...last, ''].join('\n')
    },
  }
}

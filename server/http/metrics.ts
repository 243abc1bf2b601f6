/** Metrics in Prometheus' format. */
import { collectDefaultMetrics, Counter, Gauge, type GaugeConfiguration, Histogram, Registry } from 'prom-client'
import type { SourceState } from '../collector/runner.ts'
import type { Release } from '../board/parking.ts'

export interface MetricsDeps {
  readonly accounts: () => number
  readonly parked: () => number
  /** Each source's name and phase. */
  readonly sources: () => Iterable<readonly [string, SourceState['phase']]>
  /** For a shared board: whether this node receives all of its changes. */
  readonly isFresh?: (() => boolean) | undefined
}

export interface Metrics {
  readonly contentType: string
  text(): Promise<string>
  countChanges(accounts: number): void
  countResponse(status: number): void
  countRelease(why: Release): void
  /** From a change of the board to the response that reports it. */
  observeLatency(seconds: number): void
}

const PHASES: readonly SourceState['phase'][] = ['starting', 'live', 'waiting', 'stopped']
const LATENCY_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

export function createMetrics({ accounts, parked, sources, isFresh }: MetricsDeps): Metrics {
  const register = new Registry()
  const registers = [register]
  const gauge = <L extends string>(
    name: string,
    help: string,
    collect: NonNullable<GaugeConfiguration<L>['collect']>,
    labelNames: L[] = [],
  ): void => register.registerMetric(new Gauge({ name, help, labelNames, registers: [], collect }))

  gauge('mailbell_accounts', 'Accounts on the board.', function () {
    this.set(accounts())
  })
  gauge('mailbell_parked_polls', 'Requests that wait for a change.', function () {
    this.set(parked())
  })
  const labels: ('source' | 'phase')[] = ['source', 'phase']
  const setPhases = function (this: Gauge<'source' | 'phase'>): void {
    this.reset()
    for (const [source, current] of sources()) for (const phase of PHASES) this.set({ source, phase }, phase === current ? 1 : 0)
  }
  gauge('mailbell_source_phase', '1 for the current phase of a source, 0 for the others.', setPhases, labels)
  if (isFresh)
    gauge('mailbell_shared_board_fresh', '1 while this node receives all changes of the shared board, else 0.', function () {
      this.set(isFresh() ? 1 : 0)
    })

  const changes = new Counter({ name: 'mailbell_changes_total', help: 'Changes of an account on the board.', registers })
  const responses = new Counter({ name: 'mailbell_answers_total', help: 'Responses by HTTP status.', labelNames: ['status'], registers })
  const releases = new Counter({
    name: 'mailbell_releases_total',
    help: 'Parked polls that were answered, by reason.',
    labelNames: ['reason'],
    registers,
  })
  const latency = new Histogram({
    name: 'mailbell_change_to_answer_seconds',
    help: 'From a change of the board to the response of a parked poll that reports it.',
    buckets: LATENCY_BUCKETS,
    registers,
  })
  const byReason = { changed: releases.labels('changed'), expired: releases.labels('expired'), drained: releases.labels('drained') }
  const byStatus = new Map<number, Counter.Internal>()
  let isScraped = false

  return {
    contentType: register.contentType,
    text() {
      // The process metrics cost a hundred wake-ups a second for the event loop's delay: only once they are scraped.
      if (!isScraped) collectDefaultMetrics({ register })
      isScraped = true
      return register.metrics()
    },
    countChanges: (count) => changes.inc(count),
    countResponse(status) {
      const counter = byStatus.get(status) ?? responses.labels(String(status))
      byStatus.set(status, counter)
      counter.inc()
    },
    countRelease: (why) => byReason[why].inc(),
    observeLatency: (seconds) => latency.observe(seconds),
  }
}

/** What an operator may watch, in Prometheus' format. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { SourceState } from '../collector/collector.ts'
import type { Release } from '../board/parking.ts'

export interface MetricsDeps {
  readonly accounts: () => number
  readonly parked: () => number
  /** Each source by its name, with the state it is in. */
  readonly sources: () => Iterable<readonly [string, SourceState['phase']]>
  /** Where the board is shared: whether every change of it is heard here. */
  readonly isFresh?: (() => boolean) | undefined
}

export interface Metrics {
  readonly contentType: string
  text(): Promise<string>
  changed(accounts: number): void
  answered(status: number): void
  released(why: Release): void
  /** From the change of the board to the answer that tells of it. */
  told(seconds: number): void
}

const PHASES: readonly SourceState['phase'][] = ['starting', 'live', 'waiting', 'stopped']
const TOLD_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

export function createMetrics(deps: MetricsDeps): Metrics {
  const register = new Registry()
  const registers = [register]
  let isWatched = false
  const gauges: Gauge[] = [
    new Gauge({
      name: 'mailbell_accounts',
      help: 'Accounts on the board.',
      registers: [],
      collect() {
        this.set(deps.accounts())
      },
    }),
    new Gauge({
      name: 'mailbell_parked_polls',
      help: 'Requests that wait for a change.',
      registers: [],
      collect() {
        this.set(deps.parked())
      },
    }),
    new Gauge({
      name: 'mailbell_source_phase',
      help: '1 for the phase that a source is in, 0 for the others.',
      labelNames: ['source', 'phase'],
      registers: [],
      collect() {
        this.reset()
        for (const [source, present] of deps.sources()) for (const phase of PHASES) this.set({ source, phase }, phase === present ? 1 : 0)
      },
    }),
  ]
  const { isFresh } = deps
  if (isFresh) {
    gauges.push(
      new Gauge({
        name: 'mailbell_shared_board_fresh',
        help: '1 while every change of the shared board is heard here, 0 while its numbers are told to be old.',
        registers: [],
        collect() {
          this.set(isFresh() ? 1 : 0)
        },
      }),
    )
  }
  for (const gauge of gauges) register.registerMetric(gauge)
  const changes = new Counter({ name: 'mailbell_changes_total', help: 'Changes of an account on the board.', registers })
  const answers = new Counter({ name: 'mailbell_answers_total', help: 'Answers by HTTP status.', labelNames: ['status'], registers })
  const releases = new Counter({
    name: 'mailbell_releases_total',
    help: 'Parked polls that were answered, by reason.',
    labelNames: ['reason'],
    registers,
  })
  const told = new Histogram({
    name: 'mailbell_change_to_answer_seconds',
    help: 'From a change on the board to the answer of a parked poll that tells of it.',
    buckets: TOLD_BUCKETS,
    registers,
  })
  const byReason = { changed: releases.labels('changed'), expired: releases.labels('expired'), drained: releases.labels('drained') }
  const byStatus = new Map<number, Counter.Internal>()

  return {
    contentType: register.contentType,
    text() {
      // Those of the process itself cost a hundred wakes a second, for the delay of the event loop: only once somebody looks.
      if (!isWatched) collectDefaultMetrics({ register })
      isWatched = true
      return register.metrics()
    },
    changed: (accounts) => changes.inc(accounts),
    answered(status) {
      let counter = byStatus.get(status)
      if (!counter) byStatus.set(status, (counter = answers.labels(String(status))))
      counter.inc()
    },
    released: (why) => byReason[why].inc(),
    told: (seconds) => told.observe(seconds),
  }
}

/** Metrics in Prometheus' format. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Collector, SourceMetrics } from '../collector/collector.ts'
import type { Release } from '../board/parking.ts'

type Sized = { readonly size: number }

export type Metrics = ReturnType<typeof createMetrics>

const PHASES: readonly SourceMetrics['phase'][] = ['starting', 'live', 'waiting', 'stopped']
const LATENCY_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

/** Adds the metrics of the process. Its CPU time counts from its start; the library counts it from this call. */
function collectProcessMetrics(register: Registry): void {
  const { user, system } = process.cpuUsage()
  collectDefaultMetrics({ register })
  const add = (name: string, micros: number): void => {
    const metric = register.getSingleMetric(name)
    if (metric instanceof Counter) metric.inc(micros / 1e6)
  }
  add('process_cpu_user_seconds_total', user)
  add('process_cpu_system_seconds_total', system)
  add('process_cpu_seconds_total', user + system)
}

/**
 * @param isFresh for a shared board: whether this machine receives all of its changes
 */
export function createMetrics(
  accounts: Sized,
  parkedPolls: Sized,
  collector: Pick<Collector, 'sources' | 'longestTurnsMs'>,
  isFresh: (() => boolean) | undefined,
) {
  const register = new Registry()
  const registers = [register]
  function addGauge(name: string, help: string, valueOf: () => number): void {
    const gauge: Gauge = new Gauge({ name, help, registers, collect: () => gauge.set(valueOf()) })
  }
  addGauge('mailbell_accounts', 'Accounts on the board.', () => accounts.size)
  addGauge('mailbell_parked_polls', 'Requests that wait for a change.', () => parkedPolls.size)
  const phases = new Gauge({
    name: 'mailbell_source_phase',
    help: '1 for the current phase of a source, 0 for the others.',
    labelNames: ['source', 'phase'],
    registers,
    collect() {
      phases.reset()
      for (const { name, phase: current } of collector.sources())
        for (const phase of PHASES) phases.set({ source: name, phase }, phase === current ? 1 : 0)
    },
  })
  const longest = new Gauge({
    name: 'mailbell_source_longest_turn_seconds',
    help: 'The longest time for which all other work waited while a source of this kind was at work.',
    labelNames: ['kind'],
    registers,
    collect() {
      for (const [kind, ms] of collector.longestTurnsMs()) longest.set({ kind }, ms / 1_000)
    },
  })
  if (isFresh)
    addGauge('mailbell_shared_board_fresh', '1 while this machine receives all changes of the shared board, else 0.', () =>
      Number(isFresh()),
    )

  const changes = new Counter({ name: 'mailbell_changes_total', help: 'Changes of an account on the board.', registers })
  const responses = new Counter({ name: 'mailbell_answers_total', help: 'Responses by HTTP status.', labelNames: ['status'], registers })
  const requests = new Counter({
    name: 'mailbell_requests_total',
    help: 'Requests by their way through the server: straight on the socket, or through node:http.',
    labelNames: ['path'],
    registers,
  })
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
    text(): Promise<string> {
      // The process metrics cost a hundred wake-ups a second for the event loop's delay: only once they are scraped.
      if (!isScraped) collectProcessMetrics(register)
      isScraped = true
      return register.metrics()
    },
    countChanges: (accountCount: number): void => changes.inc(accountCount),
    countResponse(status: number): void {
      const counter = byStatus.get(status) ?? responses.labels(String(status))
      byStatus.set(status, counter)
      counter.inc()
    },
    countRequest: (path: 'fast' | 'http'): void => requests.labels(path).inc(),
    countRelease: (why: Release): void => byReason[why].inc(),
    /** From a change of the board to the response that reports it. */
    observeLatency: (seconds: number): void => latency.observe(seconds),
  }
}

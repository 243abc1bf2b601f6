/** Metrics in Prometheus' format. */
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client'
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

  // Each request counts several times: in plain numbers, which the library reads when it is scraped.
  let changes = 0
  const responses = new Map<number, number>()
  const requests = { fast: 0, http: 0 }
  const releases = { changed: 0, expired: 0, drained: 0 }
  function addCounter(name: string, help: string, label: string, valuesOf: () => Iterable<readonly [string | number, number]>): void {
    const counter = new Counter({
      name,
      help,
      labelNames: [label],
      registers,
      collect() {
        counter.reset()
        for (const [value, count] of valuesOf()) counter.inc({ [label]: value }, count)
      },
    })
  }
  const total = new Counter({
    name: 'mailbell_changes_total',
    help: 'Changes of an account on the board.',
    registers,
    collect() {
      total.reset()
      total.inc(changes)
    },
  })
  addCounter('mailbell_answers_total', 'Responses by HTTP status.', 'status', () => responses)
  addCounter(
    'mailbell_requests_total',
    'Requests by their way through the server: straight on the socket, or through node:http.',
    'path',
    () => Object.entries(requests),
  )
  addCounter('mailbell_releases_total', 'Parked polls that were answered, by reason.', 'reason', () => Object.entries(releases))
  const latency = createHistogram(
    'mailbell_change_to_answer_seconds',
    'From a change of the board to the response of a parked poll that reports it.',
    LATENCY_BUCKETS,
  )
  let isScraped = false

  return {
    contentType: register.contentType,
    async text(): Promise<string> {
      // The process metrics cost a hundred wake-ups a second for the event loop's delay: only once they are scraped.
      if (!isScraped) collectProcessMetrics(register)
      isScraped = true
      return `${await register.metrics()}\n${latency.text()}`
    },
    countChanges: (accountCount: number): void => void (changes += accountCount),
    countResponse: (status: number): void => void responses.set(status, (responses.get(status) ?? 0) + 1),
    countRequest: (path: 'fast' | 'http'): void => void (requests[path] += 1),
    countRelease: (why: Release): void => void (releases[why] += 1),
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

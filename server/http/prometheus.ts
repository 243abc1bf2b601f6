/** The metrics in Prometheus' format. Loaded when they are first read: its library is large. */
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client'
import type { Release } from '../board/parking.ts'
import type { Collector, SourceMetrics } from '../collector/collector.ts'

type Sized = { readonly size: number }

/** Each request counts several times: in plain numbers, which the library reads when it is asked. */
export interface Totals {
  changes: number
  /** By HTTP status. */
  readonly responses: Map<number, number>
  readonly requests: { fast: number; http: number }
  readonly releases: Record<Release, number>
}

export interface PrometheusDeps {
  readonly accounts: Sized
  readonly parkedPolls: Sized
  readonly collector: Pick<Collector, 'sources' | 'longestTurnsMs'>
  /** For a shared board: whether this machine receives all of its changes. */
  readonly isFresh: (() => boolean) | undefined
  readonly totals: Totals
}

const PHASES: readonly SourceMetrics['phase'][] = ['starting', 'live', 'waiting', 'stopped']

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

/** Measures the process from this call on: a hundred wake-ups a second for the event loop's delay. */
export function createPrometheus({ accounts, parkedPolls, collector, isFresh, totals }: PrometheusDeps) {
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
      total.inc(totals.changes)
    },
  })
  addCounter('mailbell_answers_total', 'Responses by HTTP status.', 'status', () => totals.responses)
  addCounter(
    'mailbell_requests_total',
    'Requests by their way through the server: straight on the socket, or through node:http.',
    'path',
    () => Object.entries(totals.requests),
  )
  addCounter('mailbell_releases_total', 'Parked polls that were answered, by reason.', 'reason', () => Object.entries(totals.releases))
  collectProcessMetrics(register)
  return register
}

/** What the benchmark of a crowd does, one after the other; each phase returns what it measured. */
import { setTimeout as sleep } from 'node:timers/promises'
import { untilTrue } from '../tools/limit.ts'
import { quantile } from '../tools/load.ts'
import { anonymousBytesOf, cpuSecondsOf } from '../tools/process.ts'
import type { Servers } from './servers.ts'
import type { Workers } from './workers.ts'

export type Row = readonly [name: string, value: string]

export interface Context {
  readonly servers: Servers
  readonly workers: Workers
  readonly clients: number
  readonly progress: (text: string) => void
}

const LANES = 64
const CHANGE_MS = 10_000
const BULK = 1_000
const BULK_ROUNDS = 5
const HEAL_SECONDS = 120
const PARK_SECONDS = 240
const ANSWER_SECONDS = 60
const PROGRESS_MS = 5_000

const seconds = (fromMs: number): string => `${((performance.now() - fromMs) / 1_000).toFixed(1)} s`

const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`

function latencyText(latenciesMs: Float64Array): string {
  const at = (q: number): string => quantile(latenciesMs, q).toFixed(1)
  return `${at(0.5)} / ${at(0.99)} ms`
}

/** Does `work`, and prints every few seconds how the clients are. */
async function withProgress<T>({ workers, progress }: Context, work: Promise<T>): Promise<T> {
  const ended = new AbortController()
  const report = async (): Promise<void> => {
    for (;;) {
      await sleep(PROGRESS_MS, undefined, { signal: ended.signal })
      const { live, clients, errorCount } = await workers.state()
      progress(`… ${live} of ${clients} clients have a link; errors: ${errorCount}`)
    }
  }
  report().catch(() => undefined)
  return await work.finally(() => ended.abort())
}

/** The CPU time of `work` per `count`, in microseconds. */
async function cpuDuring({ servers, workers }: Context, work: () => Promise<number>): Promise<string> {
  const pids = servers.pids()
  const now = async (): Promise<readonly number[]> => [cpuSecondsOf(pids), cpuSecondsOf(workers.pids), await servers.redis.cpuSeconds()]
  const before = await now()
  const count = await work()
  const after = await now()
  return `${after.map((cpu, i) => (((cpu - (before[i] ?? 0)) / count) * 1e6).toFixed(0)).join(' / ')} µs`
}
const CPU_NAME = 'CPU of servers / clients / Redis'

const tellPorts = (servers: Servers, workers: Workers) =>
  workers.ask('the new ports', ANSWER_SECONDS, { kind: 'servers', ports: servers.ports() })

/** Memory of the servers that is in no file, without garbage. */
async function memoryOf({ running, pids }: Servers): Promise<number> {
  await Promise.all(running.map((server) => server.heapBytes()))
  return anonymousBytesOf(pids())
}

async function latenciesOf(replies: ReturnType<Workers['ask']>): Promise<Float64Array> {
  return Float64Array.from((await replies).flatMap(({ latenciesMs }) => latenciesMs)).toSorted()
}

/** Changes with `lanes` of them in flight, in each worker at least one, while `work` runs. */
async function changeDuring(workers: Workers, lanes: number, work: () => Promise<void>): Promise<Float64Array> {
  await workers.ask('the start of changes', ANSWER_SECONDS, { kind: 'change', lanes })
  await work()
  return await latenciesOf(workers.ask('the end of changes', ANSWER_SECONDS, { kind: 'stop' }))
}

export async function park(context: Context): Promise<readonly Row[]> {
  const { servers, workers, clients } = context
  await tellPorts(servers, workers)
  await sleep(2_000)
  const filled = await memoryOf(servers)
  let parkedIn = ''
  const cpu = await cpuDuring(context, async () => {
    const startedAtMs = performance.now()
    await withProgress(context, workers.park(clients, PARK_SECONDS))
    parkedIn = seconds(startedAtMs)
    return clients
  })
  await sleep(2_000)
  const parked = await memoryOf(servers)
  return [
    ['memory of a server, before and with its clients', [filled, parked].map((bytes) => mib(bytes / servers.running.length)).join(' / ')],
    ['memory of a parked poll', `${((parked - filled) / clients / 1000).toFixed(1)} KB`],
    ['memory of an account in Redis', `${(await servers.redisBytesPerUser()).toFixed(0)} bytes`],
    ['all clients connect and park in', parkedIn],
    [`connect and park: ${CPU_NAME}`, cpu],
  ]
}

export async function change(context: Context): Promise<readonly Row[]> {
  const { workers, servers } = context
  const rows: Row[] = []
  for (const lanes of [1, Math.ceil(LANES / workers.count)]) {
    const name = `${lanes * workers.count} changes in flight`
    let latencies: Float64Array = new Float64Array()
    const before = await servers.redis.scripts()
    const cpu = await cpuDuring(context, async () => {
      latencies = await changeDuring(workers, lanes, () => sleep(CHANGE_MS))
      return latencies.length
    })
    const after = await servers.redis.scripts()
    const [calls, micros] = [after.calls - before.calls, after.micros - before.micros]
    rows.push(
      [`${name}: changes per second`, (latencies.length / (CHANGE_MS / 1_000)).toFixed(0)],
      [`${name}: latency`, latencyText(latencies)],
      [`${name}: ${CPU_NAME} per change`, cpu],
      [`${name}: scripts of Redis per change, time of each`, `${(calls / latencies.length).toFixed(2)}, ${(micros / calls).toFixed(0)} µs`],
    )
  }
  return rows
}

export async function bulk(context: Context): Promise<readonly Row[]> {
  const { workers } = context
  const all: number[] = []
  const cpu = await cpuDuring(context, async () => {
    for (let round = 0; round < BULK_ROUNDS; round += 1) {
      const accounts = Math.ceil(BULK / workers.count)
      const replies = await workers.ask('the answers to a bulk PUT', ANSWER_SECONDS, { kind: 'bulk', accounts })
      all.push(...replies.flatMap(({ latenciesMs }) => latenciesMs))
    }
    return all.length
  })
  return [
    [`${BULK} accounts in ${workers.count} PUTs at once: latency`, latencyText(Float64Array.from(all).toSorted())],
    [`${BULK} accounts in ${workers.count} PUTs at once: ${CPU_NAME} per change`, cpu],
  ]
}

export async function kill(context: Context): Promise<readonly Row[]> {
  const { servers, workers } = context
  const [victim] = servers.running
  if (!victim) return []
  let healed = ''
  let lost = 0
  const latencies = await changeDuring(workers, 4, async () => {
    const startedAtMs = performance.now()
    await servers.end(victim, 'SIGKILL')
    // As a supervisor does.
    const replaced = servers.replace(victim).then(() => tellPorts(servers, workers))
    replaced.catch(() => undefined)
    const back = untilTrue('all clients to be live again', HEAL_SECONDS, async () => {
      const { live, clients } = await workers.state()
      lost = Math.max(lost, clients - live)
      return lost > 0 && live === clients
    })
    await withProgress(context, back)
    healed = seconds(startedAtMs)
    await replaced
  })
  await untilTrue('all clients to show the last number', HEAL_SECONDS, async () => (await workers.state()).behind === 0)
  return [
    ['SIGKILL of a server under load: clients without a link, at most', String(lost)],
    ['SIGKILL: all clients are live again after', healed],
    ['SIGKILL: slowest change', `${(quantile(latencies, 1) / 1_000).toFixed(1)} s`],
  ]
}

export async function rollingRestart(context: Context): Promise<readonly Row[]> {
  const { servers, workers, progress } = context
  const before = await workers.state()
  const startedAtMs = performance.now()
  const restart = async (): Promise<void> => {
    for (const old of Array.from(servers.running)) {
      await servers.replace(old)
      await tellPorts(servers, workers)
      const code = await servers.end(old, 'SIGTERM')
      if (code !== 0) throw new Error(`A server ended with ${code}.`)
      progress(`… port ${old.port} is replaced`)
    }
  }
  const latencies = await changeDuring(workers, 4, () => withProgress(context, restart()))
  const took = seconds(startedAtMs)
  await untilTrue('all clients to be right', HEAL_SECONDS, async () => {
    const { live, clients, behind } = await workers.state()
    return live === clients && behind === 0
  })
  const { errorCount, errors } = await workers.state()
  if (errorCount > before.errorCount) throw new Error(`During the rolling restart, clients saw errors, such as: ${errors.at(-1)}.`)
  return [
    ['rolling restart of all servers under load', took],
    ['rolling restart: errors that a client saw', '0'],
    ['rolling restart: latency', latencyText(latencies)],
  ]
}

/**
 * Six servers over one Redis, and a crowd of clients that wait for one account each: memory, changes from a PUT at one server to
 * the answer of the client at another, the death of a server under load, and a rolling restart of all.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { userName } from './crowd/messages.ts'
import { type Servers, startServers } from './crowd/servers.ts'
import { startWorkers, type Workers } from './crowd/workers.ts'
import { untilTrue } from './tools/limit.ts'
import { quantile } from './tools/load.ts'
import { anonymousBytesOf, cpuSecondsOf, openFilesLimit } from './tools/process.ts'
import { table } from './tools/table.ts'

const SERVERS = 6
/** Of the files that a process may open, so many are for connections of its clients. */
const CONNECTIONS_SHARE = 0.85
const LANES = 64
const CHANGE_MS = 10_000
const BULK = 1_000
const BULK_ROUNDS = 5
const HEAL_SECONDS = 120
const PARK_SECONDS = 240
const ANSWER_SECONDS = 60

type Row = readonly [name: string, value: string]

const seconds = (fromMs: number): string => `${((performance.now() - fromMs) / 1_000).toFixed(1)} s`

function latencyText(latenciesMs: Float64Array): string {
  const at = (q: number): string => quantile(latenciesMs, q).toFixed(1)
  return `${at(0.5)} / ${at(0.99)} ms`
}

export async function crowd(clients: number): Promise<void> {
  const startedAtMs = performance.now()
  const progress = (text: string): void => console.log(`${seconds(startedAtMs).padStart(8)}  ${text}`)
  const rows: Row[] = []
  const workers = startWorkers(Math.max(2, Math.ceil(clients / (openFilesLimit() * CONNECTIONS_SHARE))))
  let servers: Servers | null = null
  try {
    servers = await startServers(
      SERVERS,
      Array.from({ length: clients }, (_, i) => userName(i)),
    )
    progress(`${SERVERS} servers, ${clients} accounts`)
    for (const step of [park, change, bulk, kill, rollingRestart]) {
      const found = await step(servers, workers, clients)
      await checkNothingWrong(step.name, workers)
      rows.push(...found)
      for (const [name, value] of found) progress(`${name}: ${value}`)
    }
  } finally {
    await Promise.all([workers.close(), servers?.close()])
  }
  console.log(`\n${clients} clients and accounts, ${SERVERS} servers over one Redis; latency from a PUT to the client's answer, p50 / p99`)
  console.log(table(rows))
}

async function checkNothingWrong(step: string, workers: Workers): Promise<void> {
  const { wrong } = await workers.state()
  if (wrong.length > 0) throw new Error(`${step}: ${wrong.length} wrong answers, such as: ${wrong[0]}.`)
}

const tellPorts = (servers: Servers, workers: Workers) =>
  workers.ask('the new ports', ANSWER_SECONDS, { kind: 'servers', ports: servers.ports() })

async function latenciesOf(replies: ReturnType<Workers['ask']>): Promise<Float64Array> {
  return Float64Array.from((await replies).flatMap(({ latenciesMs }) => latenciesMs)).toSorted()
}

/** Changes with `lanes` of them in flight, in each worker at least one, while `work` runs. */
async function changeDuring(workers: Workers, lanes: number, work: () => Promise<void>): Promise<Float64Array> {
  await workers.ask('the start of changes', ANSWER_SECONDS, { kind: 'change', lanes })
  await work()
  return await latenciesOf(workers.ask('the end of changes', ANSWER_SECONDS, { kind: 'stop' }))
}

async function park(servers: Servers, workers: Workers, clients: number): Promise<readonly Row[]> {
  await tellPorts(servers, workers)
  await sleep(2_000)
  const pids = servers.pids()
  const filled = anonymousBytesOf(pids)
  const startedAtMs = performance.now()
  await workers.park(clients, PARK_SECONDS)
  const parkedIn = seconds(startedAtMs)
  await sleep(2_000)
  const parked = anonymousBytesOf(pids)
  return [
    ['memory of a server before the clients', `${(filled / SERVERS / 2 ** 20).toFixed(0)} MiB`],
    ['memory of a parked poll', `${((parked - filled) / clients / 1000).toFixed(1)} KB`],
    ['memory of Redis', `${((await servers.redisMemory()) / 2 ** 20).toFixed(0)} MiB`],
    ['all clients connect and park in', parkedIn],
  ]
}

async function change(servers: Servers, workers: Workers): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const lanes of [1, Math.ceil(LANES / workers.count)]) {
    const pids = servers.pids()
    const cpuBefore = cpuSecondsOf(pids)
    const latencies = await changeDuring(workers, lanes, () => sleep(CHANGE_MS))
    const cpu = cpuSecondsOf(pids) - cpuBefore
    const name = `${lanes * workers.count} changes in flight`
    rows.push(
      [`${name}: changes per second`, (latencies.length / (CHANGE_MS / 1_000)).toFixed(0)],
      [`${name}: latency`, latencyText(latencies)],
      [`${name}: CPU of the servers per change`, `${((cpu / latencies.length) * 1e6).toFixed(0)} µs`],
    )
  }
  return rows
}

async function bulk(_servers: Servers, workers: Workers): Promise<readonly Row[]> {
  const all: number[] = []
  for (let round = 0; round < BULK_ROUNDS; round += 1) {
    const replies = await workers.ask('the answers to a bulk PUT', ANSWER_SECONDS, {
      kind: 'bulk',
      accounts: Math.ceil(BULK / workers.count),
    })
    all.push(...replies.flatMap(({ latenciesMs }) => latenciesMs))
  }
  return [[`${BULK} accounts in ${workers.count} PUTs at once: latency`, latencyText(Float64Array.from(all).toSorted())]]
}

async function kill(servers: Servers, workers: Workers): Promise<readonly Row[]> {
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
    await untilTrue('all clients to be live again', HEAL_SECONDS, async () => {
      const { live, clients } = await workers.state()
      lost = Math.max(lost, clients - live)
      return lost > 0 && live === clients
    })
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

async function rollingRestart(servers: Servers, workers: Workers): Promise<readonly Row[]> {
  const before = await workers.state()
  const startedAtMs = performance.now()
  const latencies = await changeDuring(workers, 4, async () => {
    for (const old of Array.from(servers.running)) {
      await servers.replace(old)
      await tellPorts(servers, workers)
      const code = await servers.end(old, 'SIGTERM')
      if (code !== 0) throw new Error(`A server ended with ${code}.`)
    }
  })
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

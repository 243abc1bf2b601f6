/** 10,000 parked polls in one process, side by side with nginx + nchan: memory, changes per second, latency, CPU. */
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { park, quantile } from './tools/load.ts'
import { anonymousBytesOf, cpuSecondsOf } from './tools/process.ts'
import { startMailbell, startNchan, type Target } from './tools/target.ts'
import { table } from './tools/table.ts'

const USERS = 10_000
const LANES = 16
const WARM_MS = 3_000
const LOAD_MS = 10_000
const QUIET_LANES = 1

interface Figures {
  readonly bytesPerPoll: number
  readonly changesPerSecond: number
  readonly cpuMicrosPerChange: number
  /** The share of one core during the changes. Well below 100 %, the load generator was the limit. */
  readonly cpuShare: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly quietP50Ms: number
  readonly quietP99Ms: number
}

async function measure(target: Target, users: readonly string[], firstAnswers: boolean): Promise<Figures> {
  try {
    const before = anonymousBytesOf(target.pids)
    const crowd = await park(target, users, firstAnswers)
    await sleep(2_000)
    const bytesPerPoll = (anonymousBytesOf(target.pids) - before) / users.length
    await crowd.change(LANES, WARM_MS)
    const cpuBefore = cpuSecondsOf(target.pids)
    const busy = await crowd.change(LANES, LOAD_MS)
    const cpu = cpuSecondsOf(target.pids) - cpuBefore
    const quiet = await crowd.change(QUIET_LANES, WARM_MS)
    crowd.close()
    const changes = busy.latenciesMs.length
    return {
      bytesPerPoll,
      changesPerSecond: changes / busy.seconds,
      cpuMicrosPerChange: (cpu / changes) * 1e6,
      cpuShare: cpu / busy.seconds,
      p50Ms: quantile(busy.latenciesMs, 0.5),
      p99Ms: quantile(busy.latenciesMs, 0.99),
      quietP50Ms: quantile(quiet.latenciesMs, 0.5),
      quietP99Ms: quantile(quiet.latenciesMs, 0.99),
    }
  } finally {
    await target.stop()
  }
}

export async function parked(): Promise<void> {
  const users = Array.from({ length: USERS }, (_, i) => `user${i}`)
  const ours = await measure(await startMailbell(users), users, true)
  const theirs = existsSync('/usr/lib/nginx/modules/ngx_nchan_module.so') ? await measure(await startNchan(), users, false) : null
  const row = (name: string, of: (figures: Figures) => number, digits: number): string[] => [
    name,
    of(ours).toFixed(digits),
    theirs ? of(theirs).toFixed(digits) : 'not installed',
    theirs ? (of(ours) / of(theirs)).toFixed(2) : '',
  ]
  console.log(`\n${USERS} parked polls; a change is a PUT, a response and a new poll; ${LANES} concurrent changes`)
  console.log(
    table([
      ['', 'mailbell', 'nginx + nchan', 'ratio'],
      row('memory per parked poll, KB', (f) => f.bytesPerPoll / 1000, 1),
      row('changes per second', (f) => f.changesPerSecond, 0),
      row('CPU per change, µs', (f) => f.cpuMicrosPerChange, 0),
      row('CPU used, % of a core', (f) => f.cpuShare * 100, 0),
      row('PUT to response, p50, ms', (f) => f.p50Ms, 2),
      row('PUT to response, p99, ms', (f) => f.p99Ms, 2),
      row('one change at a time, p50, ms', (f) => f.quietP50Ms, 2),
      row('one change at a time, p99, ms', (f) => f.quietP99Ms, 2),
    ]),
  )
}

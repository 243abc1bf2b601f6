/** 10,000 parked polls, 1,000 accounts in one PUT: the CPU of a change, beside that of a single one in nginx + nchan. */
import { openSocket } from './tools/http-socket.ts'
import { park } from './tools/load.ts'
import { cpuSecondsOf } from './tools/process.ts'
import { table } from './tools/table.ts'
import { requestsTo, startMailbell, startNchan } from './tools/target.ts'
import { measureWaves, type WaveFigures } from './tools/wave.ts'

const USERS = 10_000
const TOGETHER = 1_000
const LANES = 16
const WARM_MS = 3_000
const LOAD_MS = 10_000

async function measureMailbell(users: readonly string[]): Promise<WaveFigures> {
  const target = await startMailbell(users)
  try {
    const crowd = await park(target, users, true)
    let answered = Promise.withResolvers<void>()
    const feeder = await openSocket(
      target.port,
      ({ status, body }) => (status < 300 ? answered.resolve() : answered.reject(new Error(`The PUT was answered ${status}: ${body}`))),
      (error) => answered.reject(error ?? new Error('The server closed the connection.')),
    )
    const change = (unread: number, wave: number): Promise<void> => {
      answered = Promise.withResolvers<void>()
      const first = (wave * TOGETHER) % USERS
      const accounts = users.slice(first, first + TOGETHER).map((id) => ({ id, unread }))
      feeder.send(requestsTo(target.port).put('/v1/accounts', JSON.stringify({ accounts })))
      return answered.promise
    }
    await measureWaves(crowd, target.pids, TOGETHER, WARM_MS, change)
    const figures = await measureWaves(crowd, target.pids, TOGETHER, LOAD_MS, change)
    feeder.close()
    crowd.close()
    return figures
  } finally {
    await target.stop()
  }
}

async function measureNchan(users: readonly string[]): Promise<WaveFigures> {
  const target = await startNchan()
  try {
    const crowd = await park(target, users, false)
    await crowd.change(LANES, WARM_MS)
    const cpuBefore = cpuSecondsOf(target.pids)
    const { latenciesMs, seconds } = await crowd.change(LANES, LOAD_MS)
    crowd.close()
    return {
      cpuMicrosPerChange: ((cpuSecondsOf(target.pids) - cpuBefore) / latenciesMs.length) * 1e6,
      changesPerSecond: latenciesMs.length / seconds,
    }
  } finally {
    await target.stop()
  }
}

export async function bulk(): Promise<void> {
  const users = Array.from({ length: USERS }, (_, i) => `user${i}`)
  const ours = await measureMailbell(users)
  const theirs = await measureNchan(users)
  const row = (name: string, of: (figures: WaveFigures) => number): string[] => [
    name,
    of(ours).toFixed(1),
    of(theirs).toFixed(1),
    (of(ours) / of(theirs)).toFixed(2),
  ]
  console.log(`\n${USERS} parked polls; mailbell: ${TOGETHER} changes a PUT; nchan: one a POST, ${LANES} concurrent`)
  console.log(
    table([
      ['', 'mailbell', 'nginx + nchan', 'ratio'],
      row('CPU per change, µs', (f) => f.cpuMicrosPerChange),
      row('changes per second', (f) => f.changesPerSecond),
    ]),
  )
}

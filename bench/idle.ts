/** The CPU cost of 1,000 parked polls without changes. */
import { setTimeout as sleep } from 'node:timers/promises'
import { park } from './tools/load.ts'
import { cpuSecondsOf } from './tools/process.ts'
import { startMailbell } from './tools/target.ts'

const USERS = 1_000
const SECONDS = 120

export async function idle(): Promise<void> {
  const users = Array.from({ length: USERS }, (_, i) => `user${i}`)
  const target = await startMailbell(users)
  try {
    const crowd = await park(target, users, true)
    await sleep(3_000)
    const before = cpuSecondsOf(target.pids)
    await sleep(SECONDS * 1000)
    const cpu = cpuSecondsOf(target.pids) - before
    crowd.close()
    console.log(
      `\n${USERS} parked polls, no changes, ${SECONDS} s: ${cpu.toFixed(2)} s of CPU, ${((cpu / SECONDS) * 100).toFixed(2)} % of a core, ${crowd.idleAnswers} re-polls`,
    )
  } finally {
    await target.stop()
  }
}

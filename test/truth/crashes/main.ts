/** The long form of crashes.test.ts, for `npm run truth -- --crashes`. */
import { table } from '../../../bench/tools/table.ts'
import { diskKinds } from './disk.ts'
import { runSharedStorm } from './shared-storm.ts'
import { runStorm } from './storm.ts'

const EACH = 10
const SIZE = { clients: 1_000, accounts: 100, listLength: 10_000 }

const times = <T>(kinds: readonly T[]): readonly T[] => Array.from({ length: EACH }, () => kinds).flat()

/** @returns how many of the runs showed something wrong; null if none has such a name */
export async function reportCrashes(seed: number, only: string): Promise<number | null> {
  const options = { ...SIZE, seed, onProgress: (text: string): void => console.error(text) }
  const alone = (await diskKinds()).map((disk) => ({
    name: `one server, full disk by ${disk}`,
    run: () => runStorm({ ...options, crashes: times(['kill', 'full disk', 'restart', 'restart on a full disk']), disk }),
  }))
  const crashes = times(['kill of a server', 'kill of Redis', 'restart of a server'] as const)
  const shared = (['always', 'everysec', 'none'] as const).map((persistence) => ({
    name: `two servers, Redis appends ${persistence}`,
    run: () => runSharedStorm({ ...options, crashes, persistence }),
  }))
  const chosen = [...alone, ...shared].filter(({ name }) => name.includes(only))
  if (chosen.length === 0) return null
  const rows = [[`${EACH} of each, ${SIZE.clients} clients`, 'minutes', 'stored', 'refused', 'unknown', 'answers', 'failed polls', 'wrong']]
  let failures = 0
  for (const { name, run } of chosen) {
    const beganAtMs = performance.now()
    const { wrong, stored, refused, unknown, answers, failed } = await run()
    for (const each of wrong.slice(0, 5)) console.error(`${name}, seed ${seed}: ${each}`)
    const minutes = ((performance.now() - beganAtMs) / 60_000).toFixed(1)
    rows.push([name, minutes, ...[stored, refused, unknown, answers, failed, wrong.length].map(String)])
    failures += Math.min(1, wrong.length)
  }
  console.log(table(rows))
  return failures
}

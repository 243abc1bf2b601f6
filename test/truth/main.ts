/** `npm run truth -- [--changes N] [--seed S] [--only NAME] [--faults|--crashes]`: verifies displayed counts against real servers. */
import { parseArgs } from 'node:util'
import { table } from '../../bench/tools/table.ts'
import { backends } from './backends.ts'
import { reportCrashes } from './crashes/main.ts'
import { type Fault, type Latency, runFaults, runTruth } from './run.ts'

const { values } = parseArgs({
  options: {
    changes: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    faults: { type: 'boolean', default: false },
    crashes: { type: 'boolean', default: false },
  },
})

const FAULTS: readonly Fault[] = ['cut', 'restart', 'freeze', 'swallow']
const FROZEN_MS = 60_000
const AWAY_MS = 10_000

const changes = Number(values.changes)
const seed = Number(values.seed)
if (values.crashes) {
  const failures = await reportCrashes(seed, values.only)
  if (failures === null) console.error(`No run has a name with ${values.only}.`)
  process.exit(failures === null ? 2 : Math.min(1, failures))
}
const chosen = backends.filter(({ name }) => name.toLowerCase().includes(values.only.toLowerCase()))
if (!Number.isInteger(changes) || !Number.isInteger(seed) || chosen.length === 0) {
  console.error(
    `--changes and --seed require integers, and --only requires part of a backend name: ${backends.map(({ name }) => name).join('; ')}.`,
  )
  process.exit(2)
}

function quantiles(all: readonly number[]): string[] {
  const sorted = all.toSorted((a, b) => a - b)
  const at = (part: number): string => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN).toFixed(0)
  return sorted.length === 0 ? ['', '', ''] : [at(0.5), at(0.99), at(1)]
}

const afterNotification = (latencies: readonly Latency[]): readonly number[] =>
  latencies.flatMap(({ afterNotifiedMs }) => (afterNotifiedMs === null ? [] : [afterNotifiedMs]))

const rows = [['', 'changes', 'wrong', 'late', 'p50 ms', 'p99 ms', 'max', 'after notification p50', 'p99', 'max']]
const faultRows = [['s until correct again', ...FAULTS]]
let failures = 0
for (const backend of chosen) {
  if (!values.faults) {
    const onProgress = (done: number): void => console.error(`${backend.name}: ${done} of ${changes}`)
    const { changes: made, latencies, wrong, late } = await runTruth(backend, { changes, seed, onProgress })
    rows.push([
      backend.name,
      String(made),
      String(wrong.length),
      String(late.length),
      ...quantiles(latencies.map(({ tookMs }) => tookMs)),
      ...quantiles(afterNotification(latencies)),
    ])
    for (const each of wrong.slice(0, 5)) console.error(`${backend.name}, seed ${seed}: shown but never true: ${each}`)
    for (const each of late.slice(0, 5)) console.error(`${backend.name}, seed ${seed}: late: ${each}`)
    failures += wrong.length + late.length
  } else {
    const outcomes = await runFaults(backend, FAULTS, seed, { frozenMs: FROZEN_MS, awayMs: AWAY_MS })
    const cell = (fault: Fault): string => {
      const outcome = outcomes.find((each) => each.fault === fault)
      return outcome ? `${outcome.seconds.toFixed(1)}${outcome.wasNoticed ? '' : ' *'}` : '–'
    }
    faultRows.push([backend.name, ...FAULTS.map(cell)])
    for (const { fault, wrong } of outcomes)
      for (const each of wrong) console.error(`${backend.name}, seed ${seed}: shown as ok but wrong after ${fault} was detected: ${each}`)
    failures += outcomes.filter(({ fault, seconds, wrong }) => wrong.length > 0 || seconds > (fault === 'swallow' ? 180 : 30)).length
  }
}
console.log(`\nseed ${seed}`)
console.log(table(values.faults ? faultRows : rows))
if (values.faults) console.log('* never shown as stale: Mailbell recovered at once, or the fault had no effect')
process.exitCode = failures === 0 ? 0 : 1

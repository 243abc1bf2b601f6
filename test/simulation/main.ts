/** `npm run week -- [--seed S] [--weeks N]`: weeks that are played in moments, and what was wrong in them. */
import { parseArgs } from 'node:util'
import { playWeek } from './week.ts'

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' }, weeks: { type: 'string', default: '1' } } })
const [first, weeks] = [Number(values.seed), Number(values.weeks)]
if (!Number.isSafeInteger(first) || !Number.isSafeInteger(weeks)) {
  console.error('--seed and --weeks take whole numbers.')
  process.exit(2)
}

let failures = 0
for (let seed = first; seed < first + weeks; seed += 1) {
  const { mails, notifications, events, faults } = await playWeek(seed)
  console.log(`seed ${seed}: ${mails} mails, ${notifications} notifications, ${events} events`)
  for (const fault of faults) console.error(`seed ${seed}: ${fault}`)
  failures += faults.length
}
process.exitCode = failures === 0 ? 0 : 1

/** `npm run week -- [--seed S] [--weeks N]`: simulates weeks, and prints the violations. */
import { parseArgs } from 'node:util'
import { simulateWeek } from './week.ts'

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' }, weeks: { type: 'string', default: '1' } } })
const [first, weeks] = [Number(values.seed), Number(values.weeks)]
if (!Number.isSafeInteger(first) || !Number.isSafeInteger(weeks)) {
  console.error('--seed and --weeks require integers.')
  process.exit(2)
}

let failures = 0
for (let seed = first; seed < first + weeks; seed += 1) {
  const { messages, notifications, events, violations } = await simulateWeek(seed)
  console.log(`seed ${seed}: ${messages} messages, ${notifications} notifications, ${events} events`)
  for (const violation of violations) console.error(`seed ${seed}: ${violation}`)
  failures += violations.length
}
process.exitCode = failures === 0 ? 0 : 1

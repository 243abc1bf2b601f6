/** `npm run fuzz -- [--seed S] [--requests N]`: compares the two ways through the server, and prints where they differ. */
import { parseArgs } from 'node:util'
import { compareWays } from './compare.ts'

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' }, requests: { type: 'string', default: '1000000' } } })
const [seed, requests] = [Number(values.seed), Number(values.requests)]
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(requests)) {
  console.error('--seed and --requests require integers.')
  process.exit(2)
}

let shown = 0
const {
  fast,
  differences,
  requests: done,
} = await compareWays(seed, requests, (count) => {
  if (count - shown < 50_000) return
  shown = count
  console.log(`${count} of ${requests} requests`)
})
console.log(`${done} requests, ${fast} answered on the fast path, ${differences.length} differences`)
for (const difference of differences) console.error(`\n${difference}`)
process.exitCode = differences.length === 0 ? 0 : 1

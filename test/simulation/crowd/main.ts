/** `npm run simulate -- [--clients N] [--nodes N] [--seed S]`: simulates machines that share a board, and prints what they cost. */
import { parseArgs } from 'node:util'
import { quantile } from '../../../bench/tools/load.ts'
import { table } from '../../../bench/tools/table.ts'
import { runCrowd } from './run.ts'

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '100000' },
    nodes: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
  },
})
const [clients, nodes, seed] = [Number(values.clients), Number(values.nodes), Number(values.seed)]
if (![clients, nodes, seed].every(Number.isSafeInteger) || clients < 1 || nodes < 2) {
  console.error('--clients, --nodes and --seed require integers; at least one client and two nodes.')
  process.exit(2)
}

const startedAtMs = performance.now()
const onProgress = (text: string): void => console.log(`${((performance.now() - startedAtMs) / 1_000).toFixed(0).padStart(5)} s  ${text}`)
const result = await runCrowd({ clients, nodes, seed, onProgress })
const latency = (ms: Float64Array): string => `${quantile(ms, 0.5).toFixed(1)} / ${quantile(ms, 0.99).toFixed(1)} ms`
console.log(`\nseed ${seed}: ${clients} clients and accounts on ${nodes} machines over one Redis`)
console.log(
  table([
    ['heap of an account on a machine', `${result.bytesPerAccount.toFixed(0)} bytes`],
    ['heap of a parked poll, with its simulated client', `${result.bytesPerClient.toFixed(0)} bytes`],
    ['polls per second, all machines', result.pollsPerSecond.toFixed(0)],
    ['changes', String(result.changes)],
    ['messages per second between machines and Redis', result.messagesPerSecond.toFixed(0)],
    ['MB per second between machines and Redis', (result.bytesPerSecond / 1e6).toFixed(1)],
    ['Redis is at work', `${(result.redisShare * 100).toFixed(0)} % of the time`],
    ['PUT until the machine answers, p50 / p99', latency(result.serverMs)],
    ['PUT until the client has it, p50 / p99', latency(result.clientMs)],
    ['clients of the machine that died', String(result.victims)],
    ['until each has a link again', `${(result.healedMs / 1_000).toFixed(1)} s`],
    ['clients that are not right in the end', String(result.behind)],
    ['wrong answers', String(result.wrong.length)],
  ]),
)
for (const text of result.wrong) console.error(text)
process.exitCode = result.wrong.length === 0 && result.behind === 0 ? 0 : 1

/** `npm run bench [-- NAME …]`: measures on this machine, on loopback only, and prints tables. */
import { parseArgs } from 'node:util'
import { bulk } from './bulk.ts'
import { crowd } from './crowd.ts'
import { idle } from './idle.ts'
import { idleApp } from './idle-app.ts'
import { imap } from './imap.ts'
import { job } from './job.ts'
import { memory } from './memory.ts'
import { million } from './million.ts'
import { nodes } from './nodes.ts'
import { page } from './page.ts'
import { parked } from './parked.ts'
import { sql } from './sql.ts'
import { start } from './start.ts'
import { turns } from './turns.ts'
import { window } from './window.ts'

const { values, positionals: requested } = parseArgs({
  allowPositionals: true,
  options: { clients: { type: 'string', default: '100000' }, servers: { type: 'string', default: '6' } },
})
const [clients, servers] = [Number(values.clients), Number(values.servers)]

const benchmarks: Record<string, () => Promise<void>> = {
  start,
  parked,
  bulk,
  job,
  idle,
  'idle-app': idleApp,
  window,
  page,
  sql,
  turns,
  million,
  memory,
  imap,
  nodes,
  crowd: () => crowd(clients, servers),
}

const unknown = requested.filter((name) => !(name in benchmarks))
if (![clients, servers].every(Number.isSafeInteger) || clients < 1 || servers < 2) {
  console.error('--clients and --servers require integers; at least one client and two servers.')
  process.exitCode = 2
} else if (unknown.length > 0) {
  console.error(`Unknown benchmark: ${unknown.join(', ')}. Available: ${Object.keys(benchmarks).join(', ')}.`)
  process.exitCode = 2
} else {
  for (const [name, benchmark] of Object.entries(benchmarks)) if (requested.length === 0 || requested.includes(name)) await benchmark()
}

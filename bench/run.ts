/** `npm run bench [-- NAME …]`: measures on this machine, on loopback only, and prints tables. */
import { idle } from './idle.ts'
import { idleApp } from './idle-app.ts'
import { imap } from './imap.ts'
import { million } from './million.ts'
import { nodes } from './nodes.ts'
import { page } from './page.ts'
import { parked } from './parked.ts'
import { sql } from './sql.ts'
import { start } from './start.ts'
import { turns } from './turns.ts'
import { window } from './window.ts'

const benchmarks: Record<string, () => Promise<void>> = {
  start,
  parked,
  idle,
  'idle-app': idleApp,
  window,
  page,
  sql,
  turns,
  million,
  imap,
  nodes,
}

const requested = process.argv.slice(2)
const unknown = requested.filter((name) => !(name in benchmarks))
if (unknown.length > 0) {
  console.error(`Unknown benchmark: ${unknown.join(', ')}. Available: ${Object.keys(benchmarks).join(', ')}.`)
  process.exitCode = 2
} else {
  for (const [name, benchmark] of Object.entries(benchmarks)) if (requested.length === 0 || requested.includes(name)) await benchmark()
}

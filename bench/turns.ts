/** How long each kind of source keeps the other work of a server waiting, on its worst input. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { needs } from '../test/helpers/parts.ts'
import { worstSources } from '../test/helpers/sources/worst-sources.ts'
import { table } from './tools/table.ts'
import type { MeasuredTurns } from './tools/turns-server.ts'

const program = fileURLToPath(new URL('tools/turns-server.ts', import.meta.url))

async function measure(name: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, name])
  const { ready, all, longest, wall, collection } = JSON.parse(stdout) as MeasuredTurns
  return [name, ready.toFixed(0), all.toFixed(0), longest.toFixed(1), collection.toFixed(1), wall.toFixed(1)]
}

export async function turns(): Promise<void> {
  const rows = [
    ['', 'ms to the first report', 'all turns, CPU ms', 'longest turn, CPU ms', 'of it garbage collection', 'longest turn, ms in all'],
  ]
  const names = [...Object.keys(worstSources({ files: 0, rows: 0 })), ...(needs('postgres') ? ['postgres'] : [])]
  for (const name of names) {
    console.error(`${name} …`)
    rows.push(await measure(name))
  }
  console.log('\nA server with a store, a history and a parked poll, for each kind of source on its worst input, until it is quiet')
  console.log(table(rows))
}

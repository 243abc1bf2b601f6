/** How long each kind of source keeps other work waiting on its worst input. */
import { runSources } from '../test/helpers/sources/sources.ts'
import { measureTurns } from '../test/helpers/sources/turns.ts'
import { until } from '../test/helpers/until.ts'
import { type WorstSource, worstSources } from '../test/helpers/sources/worst-sources.ts'
import { table } from './tools/table.ts'

/** The first run loads the code of the kind. */
const RUNS = 2

async function measure(name: string, prepare: () => Promise<WorstSource>): Promise<string[]> {
  const { source, close } = await prepare()
  const startedAtMs = performance.now()
  const { longestMs, totalMs, result } = await measureTurns(async () => {
    const sources = await runSources([source])
    await until(() => sources.states.find(({ phase }) => phase !== 'starting'), 120_000)
    return sources
  })
  const tookMs = performance.now() - startedAtMs
  const error = result.states.find((state) => 'error' in state)
  await result.close()
  await close()
  if (error) throw new Error(`${name}: ${error.error.message}`)
  return [name, tookMs.toFixed(0), longestMs.toFixed(1), totalMs.toFixed(0)]
}

export async function turns(): Promise<void> {
  const rows = [['', 'ms to the first report', 'longest turn, CPU ms', 'all turns, CPU ms']]
  for (const [name, prepare] of Object.entries(worstSources({ files: 300_000, rows: 2_000_000 }))) {
    let row: string[] = []
    for (let run = 0; run < RUNS; run++) row = await measure(name, prepare)
    rows.push(row)
  }
  console.log('\nEach kind of source on its worst input, until its first report')
  console.log(table(rows))
}

/** How long each kind of source keeps other work waiting on its worst input. */
import { runSources } from '../test/helpers/sources.ts'
import { measureTurns } from '../test/helpers/turns.ts'
import { until } from '../test/helpers/until.ts'
import { WORST_SOURCES } from '../test/helpers/worst-sources.ts'
import { table } from './table.ts'

export async function turns(): Promise<void> {
  const rows = [['', 'ms to the first report', 'longest turn, CPU ms', 'all turns, CPU ms']]
  for (const [name, prepare] of Object.entries(WORST_SOURCES)) {
    const { source, close } = await prepare()
    const startedAtMs = performance.now()
    const { longestMs, totalMs, result } = await measureTurns(async () => {
      const sources = await runSources([source])
      await until(() => sources.states.find(({ phase }) => phase !== 'starting'), 120_000)
      return sources
    })
    const error = result.states.find((state) => state.phase === 'waiting' || state.phase === 'stopped')
    rows.push([
      error ? `${name} (${error.error.message})` : name,
      (performance.now() - startedAtMs).toFixed(0),
      longestMs.toFixed(1),
      totalMs.toFixed(0),
    ])
    await result.close()
    await close()
  }
  console.log('\nEach kind of source on its worst input, until its first report')
  console.log(table(rows))
}

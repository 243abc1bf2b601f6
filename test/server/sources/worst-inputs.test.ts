import { expect, test } from 'vitest'
import { runSources } from '../../helpers/sources/sources.ts'
import { measureTurns } from '../../helpers/sources/turns.ts'
import { until } from '../../helpers/until.ts'
import { worstSources } from '../../helpers/sources/worst-sources.ts'

/** CPU milliseconds of one turn that show no work in one piece yet: five times what each kind takes at most. */
const MAX_TURN_MS = 100
/** The part of all work that one turn may be, where that is more. */
const MAX_SHARE = 1 / 3

test.each(Object.entries(worstSources({ files: 30_000, rows: 200_000 })))('%s: other work is done in between', async (_, prepare) => {
  const { source, close } = await prepare()
  const { longestMs, totalMs, result } = await measureTurns(async () => {
    const sources = await runSources([source])
    await until(() => sources.states.find(({ phase }) => phase !== 'starting'))
    return sources
  })
  expect(result.states.map((state) => ('error' in state ? state.error : state.phase))).toEqual(['starting', 'live'])
  await result.close()
  await close()
  expect(longestMs).toBeLessThan(Math.max(MAX_TURN_MS, totalMs * MAX_SHARE))
})

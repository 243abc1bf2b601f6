/** Runs a jmap source through the real collector until its test has finished. */
import { onTestFinished } from 'vitest'
import { createJmapSource } from '../../../../server/sources/jmap/source.ts'
import type { JmapSourceConfig } from '../../../../server/sources/jmap/config.ts'
import { runSources, type RunningSources } from '../../../helpers/sources/sources.ts'
import { sourceContext } from '../../../helpers/sources/source-context.ts'

export const HOUR_MS = 3_600_000
export const never = new AbortController().signal
export const ALL = { account: 'me', action: 'read-all' } as const

export async function run(config: JmapSourceConfig): Promise<RunningSources> {
  const running = await runSources([createJmapSource(config, sourceContext)])
  onTestFinished(running.close)
  return running
}

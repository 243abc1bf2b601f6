/** For each test of a file: a fake POP3 server, polled through the real collector. */
import { afterEach, beforeEach } from 'vitest'
import type { Pop3SourceConfig } from '../../../../server/sources/pop3/config.ts'
import { createPop3Source } from '../../../../server/sources/pop3/source.ts'
import { type FakePop3, startFakePop3 } from '../../../helpers/sources/fake-pop3.ts'
import { pop3Config } from '../../../helpers/sources/pop3.ts'
import { sourceContext } from '../../../helpers/sources/source-context.ts'
import { type RunningSources, runSources } from '../../../helpers/sources/sources.ts'
import { type TemporaryFolder, temporaryFolder } from '../../../helpers/tmp.ts'
import { until } from '../../../helpers/until.ts'

interface Pop3 {
  server: FakePop3
  data: TemporaryFolder
  running: RunningSources | null
}

/** `start` ends what was running. */
export function useFakePop3() {
  const pop3 = { running: null } as Pop3
  beforeEach(async () => {
    pop3.server = await startFakePop3()
    pop3.data = await temporaryFolder()
  })
  afterEach(async () => {
    await pop3.running?.close()
    pop3.running = null
    await pop3.server.close()
    await pop3.data.remove()
  })
  return {
    pop3,
    async start(change: Partial<Pop3SourceConfig> = {}, replyMs?: number): Promise<RunningSources> {
      await pop3.running?.close()
      const config = pop3Config(pop3.server, pop3.data.path, { intervalMs: 20, ...change })
      pop3.running = await runSources([createPop3Source(config, sourceContext, replyMs)])
      return pop3.running
    },
  }
}

export const errorOf = ({ states }: RunningSources) =>
  until(() => {
    const state = states.find(({ phase }) => phase === 'waiting' || phase === 'stopped')
    return state && 'error' in state ? { ...state.error, retryInMs: 'retryInMs' in state ? state.retryInMs : null } : null
  })

export const latestOf = ({ board }: RunningSources) => board.get('me')?.counts?.latest
export const header = (subject: string): string => `From: Kim <kim@example.org>\r\nSubject: ${subject}`

/** The messages that an account shows. */
import type { Message } from '../../../../../common/protocol/wire.ts'
import { type RunningSources } from '../../../../helpers/sources/sources.ts'
import { until } from '../../../../helpers/until.ts'

export const HOUR_MS = 3_600_000

export const latestOf = ({ board }: RunningSources): readonly Message[] => board.get('me')?.counts?.latest ?? []
export const subjectsOf = (running: RunningSources): readonly string[] => latestOf(running).map(({ subject }) => subject)
export const shows = (running: RunningSources, subjects: readonly string[]): Promise<unknown> =>
  until(() => JSON.stringify(subjectsOf(running)) === JSON.stringify(subjects), 15_000)

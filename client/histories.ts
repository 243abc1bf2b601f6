/** The history of the numbers, of all servers together. */
import { historyOf } from '../common/model/history.ts'
import type { Outcome } from '../common/protocol/outcome.ts'
import type { History } from '../common/protocol/wire.ts'
import { readHistory } from './calls.ts'
import type { Server } from './http.ts'
import { toRequestError } from './outcomes.ts'

/** Null where a server has none, as earlier versions do: a part would not be the history of the number that is shown. */
export async function readHistories(servers: readonly Server[]): Promise<Outcome<{ readonly history: History | null }>> {
  const histories: History[] = []
  for (const result of await Promise.all(servers.map(readHistory))) {
    if (!result.ok) return toRequestError(result.problem)
    if (result.value === null) return { ok: true, history: null }
    histories.push(result.value)
  }
  return { ok: true, history: historyOf(histories) }
}

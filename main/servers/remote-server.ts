/** Checks that a remote server is Mailbell, and accepts the token, before it is stored. */
import { readServerInfo } from '../../client/calls.ts'
import type { Server } from '../../client/http.ts'
import { toFirstTryError } from '../../client/outcomes.ts'
import { createTransport } from '../../client/transport.ts'
import { DONE, type Outcome } from '../../common/protocol/outcome.ts'

const DEADLINE_MS = 15_000

export async function tryServer(server: Server): Promise<Outcome> {
  const info = await readServerInfo(server)
  if (!info.ok && info.problem.code !== 'unauthorized') return toFirstTryError(info.problem)
  // The server's info may need no token: only the accounts show whether it is accepted.
  const answer = await createTransport(server)({ tag: null, waitSeconds: 0, signal: AbortSignal.timeout(DEADLINE_MS) })
  if (answer.kind === 'accounts') return DONE
  return answer.kind === 'unchanged' ? { ok: false, code: 'not-mailbell', field: 'url' } : toFirstTryError(answer.problem)
}

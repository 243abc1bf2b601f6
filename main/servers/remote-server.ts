/** Checks that a remote server is Mailbell, and accepts the token, before it is stored. */
import { readServerInfo } from '../../client/calls.ts'
import type { Server } from '../../client/http.ts'
import type { LinkProblem } from '../../common/protocol/link.ts'
import { createTransport } from '../../client/transport.ts'
import { DONE, type Outcome, type OutcomeCode } from '../../common/protocol/outcome.ts'

const DEADLINE_MS = 15_000

export async function tryServer(server: Server): Promise<Outcome> {
  const info = await readServerInfo(server)
  if (!info.ok && info.problem.problem !== 'unauthorized') return errorOf(info.problem)
  // The server's info may need no token: only the accounts show whether it is accepted.
  const answer = await createTransport(server)({ tag: null, waitSeconds: 0, signal: AbortSignal.timeout(DEADLINE_MS) })
  if (answer.kind === 'accounts') return DONE
  if (answer.kind === 'failed') return errorOf(answer.problem)
  if (answer.kind === 'unchanged') return { ok: false, code: 'not-mailbell', field: 'url' }
  return { ok: false, code: 'unauthorized', field: 'token', detail: answer.message }
}

const CODES: Readonly<Record<LinkProblem['code'], OutcomeCode>> = {
  unreachable: 'network',
  timeout: 'network',
  tls: 'tls',
  'not-mailbell': 'not-mailbell',
  overloaded: 'unavailable',
  rejected: 'not-mailbell',
  'server-error': 'unavailable',
}

const errorOf = ({ code, detail }: LinkProblem): Outcome => ({ ok: false, code: CODES[code], field: 'url', detail })

/** Asks a server that a person wants to connect to who it is, and whether it takes the token, before it is kept. */
import { readServerInfo } from '../../client/calls.ts'
import type { Server } from '../../client/http.ts'
import type { LinkProblem } from '../../common/protocol/link.ts'
import { createTransport } from '../../client/transport.ts'
import type { Outcome, OutcomeCode } from '../../common/protocol/outcome.ts'

const DEADLINE_MS = 15_000

export async function tryServer(server: Server): Promise<Outcome> {
  const info = await readServerInfo(server)
  if (!info.ok && info.problem.problem !== 'unauthorized') return refused(info.problem)
  // Who it is may be open to everybody: only the accounts tell whether the token reads them.
  const answer = await createTransport(server)({ tag: null, waitSeconds: 0, signal: AbortSignal.timeout(DEADLINE_MS) })
  switch (answer.kind) {
    case 'accounts':
      return { ok: true }
    case 'signed-out':
      return { ok: false, code: 'unauthorized', field: 'token', detail: answer.message }
    case 'failed':
      return refused(answer.problem)
    case 'unchanged':
      return { ok: false, code: 'not-mailbell', field: 'url' }
  }
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

const refused = ({ code, detail }: LinkProblem): Outcome => ({ ok: false, code: CODES[code], field: 'url', detail })

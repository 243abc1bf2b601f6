/** `GET /v1/accounts` and `GET /v1/accounts/{id}`. Every step is synchronous: compare and park are one turn. */
import { PATHS } from '../../../common/protocol/wire.ts'
import { parseIfNoneMatch, parseWait } from '../../../common/protocol/headers.ts'
import type { PollQuery } from '../../board/answer.ts'
import { createAccountPolls } from '../account-polls.ts'
import type { HttpContext } from '../context.ts'
import type { AuthorizedRequest, Router } from '../router.ts'
import type { Reply } from '../reply.ts'

export function routeAccountsGet({ route }: Router, context: HttpContext): void {
  const { input, responder, addressOf } = context
  const poll = createAccountPolls(context)

  function respond({ raw, token }: AuthorizedRequest, reply: Reply, id: string | null): void {
    const query = parsePollQuery(raw.headers['if-none-match'], raw.headers['prefer'])
    if ('malformed' in query) {
      const { malformed: field, expected } = query
      return responder.problem(reply, 'bad-request', { detail: `${field} must be ${expected}.`, field })
    }
    const target = { ids: id === null ? token.accounts : [id], token: token.name, address: addressOf(raw) }
    poll({ ...query, ...target, shape: id === null ? 'list' : 'account', canAct: token.allows('act') }, reply)
  }

  route('GET', PATHS.accounts, 'read', (request, reply) => respond(request, reply, null))

  route('GET', PATHS.account, 'read', (request, reply) => {
    const id = input.knownAccount(request, reply)
    if (id !== null) respond(request, reply, id)
  })
}

/** The tags and the wait of a request, or the malformed header field. */
function parsePollQuery(
  ifNoneMatch: string | undefined,
  prefer: string | readonly string[] | undefined,
): PollQuery | { readonly malformed: string; readonly expected: string } {
  const waitSeconds = parseWait(typeof prefer === 'object' ? prefer.join(', ') : prefer)
  if (waitSeconds === null) return { malformed: 'Prefer', expected: 'wait=SECONDS, in whole seconds' }
  if (ifNoneMatch === undefined) return { has: null, waitSeconds }
  const parsed = parseIfNoneMatch(ifNoneMatch)
  if (parsed === null) return { malformed: 'If-None-Match', expected: '"TAG", as in the ETag of an earlier response' }
  return { has: 'any' in parsed ? 'any' : parsed.tags, waitSeconds }
}

/** `GET /v1/accounts` and `GET /v1/accounts/{id}`. Every step is synchronous: compare and park are one turn. */
import { parseIfNoneMatch, parseWait } from '../../../common/protocol/headers.ts'
import { PATHS } from '../../../common/protocol/wire.ts'
import type { Token } from '../../auth/tokens.ts'
import type { PollQuery } from '../../board/answer.ts'
import { createAccountPolls } from '../account-polls.ts'
import type { HttpContext } from '../context.ts'
import type { Reply } from '../reply.ts'
import type { AuthorizedRequest, Router } from '../router.ts'

export interface AccountGetRequest {
  /** With the scope `read`. */
  readonly token: Token
  /** Of the path, decoded but not checked; null for all accounts of the token. */
  readonly id: string | null
  readonly ifNoneMatch: string | undefined
  readonly prefer: string | undefined
  /** The client's, for the caps. */
  readonly address: string | null
}

export type AccountGet = ReturnType<typeof createAccountGet>

export function createAccountGet(context: HttpContext) {
  const { input, responder } = context
  const poll = createAccountPolls(context)

  return ({ token, id: segment, ifNoneMatch, prefer, address }: AccountGetRequest, reply: Reply): void => {
    const id = segment === null ? null : input.knownAccount(segment, token, reply)
    if (id === null && segment !== null) return
    const query = parsePollQuery(ifNoneMatch, prefer)
    if ('malformed' in query) {
      const { malformed: field, expected } = query
      return responder.problem(reply, 'bad-request', { detail: `${field} must be ${expected}.`, field })
    }
    const target = { ids: id === null ? token.accounts : [id], token: token.name, address }
    poll({ ...query, ...target, shape: id === null ? 'list' : 'account', canAct: token.allows('act') }, reply)
  }
}

export function routeAccountsGet({ route }: Router, { addressOf }: Pick<HttpContext, 'addressOf'>, get: AccountGet): void {
  function respond({ raw, token }: AuthorizedRequest, id: string | null, reply: Reply): void {
    const { prefer, 'if-none-match': ifNoneMatch } = raw.headers
    const lines = typeof prefer === 'object' ? prefer.join(', ') : prefer
    get({ token, id, ifNoneMatch, prefer: lines, address: addressOf(raw) }, reply)
  }

  route('GET', PATHS.accounts, 'read', (request, reply) => respond(request, null, reply))
  route('GET', PATHS.account, 'read', (request, reply) => respond(request, request.params.id, reply))
}

/** The tags and the wait of a request, or the malformed header field. */
function parsePollQuery(
  ifNoneMatch: string | undefined,
  prefer: string | undefined,
): PollQuery | { readonly malformed: string; readonly expected: string } {
  const waitSeconds = parseWait(prefer)
  if (waitSeconds === null) return { malformed: 'Prefer', expected: 'wait=SECONDS, in whole seconds' }
  if (ifNoneMatch === undefined) return { has: null, waitSeconds }
  const parsed = parseIfNoneMatch(ifNoneMatch)
  if (parsed === null) return { malformed: 'If-None-Match', expected: '"TAG", as in the ETag of an earlier response' }
  return { has: 'any' in parsed ? 'any' : parsed.tags, waitSeconds }
}

/** `GET /v1/accounts` and `GET /v1/accounts/{id}`. Every step is synchronous: compare and park are one turn. */
import { parseIfNoneMatch, parseWait } from '../../../common/protocol/headers.ts'
import { PATHS } from '../../../common/protocol/wire.ts'
import type { Token } from '../../auth/tokens.ts'
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

  const malformed = (reply: Reply, field: string, expected: string): void =>
    responder.problem(reply, 'bad-request', { detail: `${field} must be ${expected}.`, field })

  return ({ token, id: segment, ifNoneMatch, prefer, address }: AccountGetRequest, reply: Reply): void => {
    const id = segment === null ? null : input.knownAccount(segment, token, reply)
    if (id === null && segment !== null) return
    const waitSeconds = parseWait(prefer)
    if (waitSeconds === null) return malformed(reply, 'Prefer', 'wait=SECONDS, in whole seconds')
    const condition = ifNoneMatch === undefined ? { tags: null } : parseIfNoneMatch(ifNoneMatch)
    if (condition === null) return malformed(reply, 'If-None-Match', '"TAG", as in the ETag of an earlier response')
    const query = {
      ids: id === null ? token.accounts : [id],
      token: token.name,
      address,
      has: 'any' in condition ? ('any' as const) : condition.tags,
      waitSeconds,
      shape: id === null ? ('list' as const) : ('account' as const),
      canAct: token.allows('act'),
    }
    poll(query, reply)
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

/** `GET /v1/history` and `GET /v1/accounts/{id}/history`: the numbers of the last day and month. */
import { PATHS } from '../../../common/protocol/wire.ts'
import type { HttpContext } from '../context.ts'
import type { Router } from '../router.ts'

export function routeHistory({ route }: Router, { history, input, responder }: HttpContext): void {
  route('GET', PATHS.history, 'read', async ({ token }, reply) => responder.json(reply, await history.read(token.accounts)))

  route('GET', PATHS.accountHistory, 'read', async ({ params, token }, reply) => {
    const id = input.knownAccount(params.id, token, reply)
    if (id !== null) responder.json(reply, await history.read([id]))
  })
}

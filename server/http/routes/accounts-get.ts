/** `GET /v1/accounts` and `GET /v1/accounts/{id}`. Every step is synchronous: compare and park are one turn. */
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { IncomingMessage } from 'node:http'
import { PATHS } from '../../../common/protocol/wire.ts'
import type { Token } from '../../auth/tokens.ts'
import type { Authorization } from '../authorization.ts'
import { type AccountPollContext, AccountPoll, parsePollQuery, type View } from '../account-poll.ts'
import type { AddressOf } from '../addresses.ts'
import { routeOf } from '../paths.ts'

export interface AccountsGetDeps {
  readonly access: Authorization
  readonly desk: AccountPollContext
  readonly addressOf: AddressOf
}

export function routeAccountsGet(app: FastifyInstance, { access, desk, addressOf }: AccountsGetDeps): void {
  function poll(req: IncomingMessage, reply: FastifyReply, view: View, token: Token): void {
    const asked = parsePollQuery(req.headers['if-none-match'], headerOf(req, 'prefer'))
    if ('malformed' in asked) {
      const expected = asked.malformed === 'Prefer' ? 'wait=SECONDS, in whole seconds' : '"TAG", as an earlier answer had it in its ETag'
      desk.answers.problem(reply.raw, 'bad-request', { detail: `${asked.malformed} must be ${expected}.`, field: asked.malformed })
      return
    }
    new AccountPoll(desk, reply.raw, view, asked, { name: token.name, mayAct: token.allows('act') }, addressOf(req)).start()
  }

  app.get(PATHS.accounts, (request, reply) => {
    reply.hijack()
    const token = access.token(request.raw, reply.raw, 'read')
    if (token) poll(request.raw, reply, { all: token.accounts }, token)
  })

  app.get<{ Params: { id: string } }>(routeOf(PATHS.account), (request, reply) => {
    reply.hijack()
    const token = access.token(request.raw, reply.raw, 'read')
    if (!token) return
    const id = access.accountId(request.params.id, reply.raw)
    if (id === null) return
    // One answer for both, so that nobody learns which accounts there are.
    if (!token.covers(id) || !desk.board.get(id))
      desk.answers.problem(reply.raw, 'not-found', { detail: 'No such account for this token.' })
    else poll(request.raw, reply, { one: id }, token)
  })
}

function headerOf(req: IncomingMessage, name: string): string | undefined {
  const value = req.headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}

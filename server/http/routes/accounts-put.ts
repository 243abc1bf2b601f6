/** `PUT /v1/accounts/{id}` and `PUT /v1/accounts`: any program can be a collector. All of a body, or nothing. */
import type { FastifyInstance } from 'fastify'
import type { ServerResponse } from 'node:http'
import type { BoardBackend, PushedCounts } from '../../board/backend.ts'
import { LIMITS, PATHS, PutAccount, PutAccounts } from '../../../common/protocol/wire.ts'
import type { Token } from '../../auth/tokens.ts'
import type { Authorization } from '../authorization.ts'
import type { Answers } from '../answers.ts'
import { requireScope, tokenOf } from '../require-scope.ts'
import { parseBody } from '../input.ts'
import { routeOf } from '../paths.ts'

export interface AccountsPutDeps {
  readonly access: Authorization
  readonly answers: Answers
  readonly home: Pick<BoardBackend, 'put'>
}

const RETRY_AFTER_SECONDS = '5'

export function routeAccountsPut(app: FastifyInstance, { access, answers, home }: AccountsPutDeps): void {
  const guard = requireScope(access, 'collect')

  /** True where this token may put this account; otherwise why not is written. */
  function mayPut(id: string, token: Token, res: ServerResponse, field: string): boolean {
    if (token.covers(id)) return true
    answers.problem(res, 'forbidden', { detail: 'The token does not cover this account.', field })
    return false
  }

  async function put(accounts: readonly PushedCounts[], res: ServerResponse, fieldOf: (index: number) => string): Promise<void> {
    const outcome = await home.put(accounts)
    switch (outcome.kind) {
      case 'done':
        return answers.send(res, 204, [])
      case 'conflict': {
        const detail = `The source ${outcome.source} counts this account; remove it there first.`
        return answers.problem(res, 'conflict', { detail, field: fieldOf(outcome.index) })
      }
      case 'away':
        return answers.problem(res, 'board-away', {
          detail: 'Nothing was taken; send it again in a moment.',
          headers: ['Retry-After', RETRY_AFTER_SECONDS],
        })
    }
  }

  app.put<{ Params: { id: string } }>(routeOf(PATHS.account), { onRequest: guard, bodyLimit: LIMITS.bodyBytes }, async (request, reply) => {
    reply.hijack()
    const id = access.accountId(request.params.id, reply.raw)
    if (id === null || !mayPut(id, tokenOf(request), reply.raw, 'id')) return
    const counts = parseBody(PutAccount, request.body, reply.raw, answers)
    if (counts) await put([{ id, counts }], reply.raw, () => 'id')
  })

  app.put(PATHS.accounts, { onRequest: guard, bodyLimit: LIMITS.bulkBodyBytes }, async (request, reply) => {
    reply.hijack()
    const body = parseBody(PutAccounts, request.body, reply.raw, answers)
    if (!body) return
    const token = tokenOf(request)
    for (const [i, { id }] of body.accounts.entries()) if (!mayPut(id, token, reply.raw, `accounts.${i}.id`)) return
    const accounts = body.accounts.map(({ id, ...counts }) => ({ id, counts }))
    await put(accounts, reply.raw, (index) => `accounts.${index}.id`)
  })
}

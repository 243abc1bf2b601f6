/** `PUT /v1/accounts/{id}` and `PUT /v1/accounts`: any program can be a collector. All of a body, or nothing. */
import type { FastifyInstance } from 'fastify'
import type { ServerResponse } from 'node:http'
import type { Board, Counts } from '../../core/board.ts'
import { LIMITS, PATHS, PutAccount, PutAccounts } from '../../protocol.ts'
import type { Token } from '../../tokens.ts'
import type { Access } from '../access.ts'
import type { Answers } from '../answers.ts'
import { guardWith, tokenOf } from '../guard.ts'
import { parseBody } from '../input.ts'
import { routeOf } from '../paths.ts'

export interface AccountsPutDeps {
  readonly access: Access
  readonly answers: Answers
  readonly board: Board
  /** The name of the configured source that counts an account, or undefined. */
  readonly ownerOf: (id: string) => string | undefined
}

export function routeAccountsPut(app: FastifyInstance, deps: AccountsPutDeps): void {
  const { access, answers, board, ownerOf } = deps
  const guard = guardWith(access, 'collect')

  /** Why this token may not put this account, as a problem that is written; true where it may. */
  function mayPut(id: string, token: Token, res: ServerResponse, field: string): boolean {
    if (!token.covers(id)) {
      answers.problem(res, 'forbidden', { detail: 'The token does not cover this account.', field })
      return false
    }
    const owner = ownerOf(id)
    if (owner === undefined) return true
    answers.problem(res, 'conflict', { detail: `The source ${owner} counts this account; remove it there first.`, field })
    return false
  }

  app.put<{ Params: { id: string } }>(routeOf(PATHS.account), { onRequest: guard, bodyLimit: LIMITS.bodyBytes }, (request, reply) => {
    reply.hijack()
    const id = access.accountId(request.params.id, reply.raw)
    if (id === null || !mayPut(id, tokenOf(request), reply.raw, 'id')) return
    const counts: Counts | null = parseBody(PutAccount, request.body, reply.raw, answers)
    if (!counts) return
    board.apply([{ id, counts, status: 'ok' }])
    answers.send(reply.raw, 204, [])
  })

  app.put(PATHS.accounts, { onRequest: guard, bodyLimit: LIMITS.bulkBodyBytes }, (request, reply) => {
    reply.hijack()
    const body = parseBody(PutAccounts, request.body, reply.raw, answers)
    if (!body) return
    const token = tokenOf(request)
    for (const [i, { id }] of body.accounts.entries()) if (!mayPut(id, token, reply.raw, `accounts.${i}.id`)) return
    board.apply(body.accounts.map(({ id, ...counts }) => ({ id, counts, status: 'ok' })))
    answers.send(reply.raw, 204, [])
  })
}

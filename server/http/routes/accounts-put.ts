/** `PUT /v1/accounts/{id}` and `PUT /v1/accounts`: any program can be a collector. A body is taken as a whole, or not at all. */
import type { ServerResponse } from 'node:http'
import type { PushedCounts } from '../../board/backend.ts'
import { LIMITS, PATHS, PutAccount, PutAccounts } from '../../../common/protocol/wire.ts'
import type { HttpContext } from '../context.ts'
import type { AuthorizedRequest, Router } from '../router.ts'

const RETRY_LATER = ['Retry-After', '5']

export function routeAccountsPut({ route }: Router, { input, responder, backend }: HttpContext): void {
  async function put(accounts: readonly PushedCounts[], res: ServerResponse, fieldOf: (index: number) => string): Promise<void> {
    const outcome = await backend.put(accounts)
    switch (outcome.kind) {
      case 'done':
        return responder.send(res, 204, [])
      case 'conflict':
        return responder.problem(res, 'conflict', {
          detail: `The source ${outcome.source} counts this account; remove it there first.`,
          field: fieldOf(outcome.index),
        })
      case 'unavailable':
        return responder.problem(res, 'board-away', {
          detail: 'Nothing was stored; try again in a moment.',
          headers: RETRY_LATER,
        })
      case 'not-stored':
        return responder.problem(res, 'not-stored', {
          detail: 'The data directory cannot be written; free disk space, or make it writable.',
          headers: RETRY_LATER,
        })
    }
  }

  route('PUT', PATHS.account, 'collect', async ({ params, token, body }, res) => {
    const id = input.accountId(params.id, res)
    if (id === null || !input.isCovered(id, token, res, 'id')) return
    const counts = input.body(PutAccount, body, res)
    if (counts) await put([{ id, counts }], res, () => 'id')
  })

  async function putAll({ token, body }: AuthorizedRequest, res: ServerResponse): Promise<void> {
    const parsed = input.body(PutAccounts, body, res)
    if (!parsed?.accounts.every(({ id }, i) => input.isCovered(id, token, res, `accounts.${i}.id`))) return
    const accounts = parsed.accounts.map(({ id, ...counts }) => ({ id, counts }))
    await put(accounts, res, (index) => `accounts.${index}.id`)
  }
  route('PUT', PATHS.accounts, 'collect', putAll, LIMITS.bulkBodyBytes)
}

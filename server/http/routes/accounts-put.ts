/**
 * `PUT /v1/accounts/{id}` and `PUT /v1/accounts`: any program can be a collector. A body is taken as a whole, or not at
 * all. `DELETE /v1/accounts/{id}` removes what came by PUT.
 */
import type { PushedCounts, RemoveOutcome } from '../../board/backend.ts'
import type { PushCaps, PushOutcome } from '../../board/pushed.ts'
import { LIMITS, PATHS, PutAccount } from '../../../common/protocol/wire.ts'
import type { Token } from '../../auth/tokens.ts'
import { readable } from '../../platform/text.ts'
import type { HttpContext } from '../context.ts'
import { plainCounts, plainList } from '../plain-counts.ts'
import type { AuthorizedRequest, Router } from '../router.ts'
import type { Reply } from '../reply.ts'
import type { Responder } from '../responder.ts'

const RETRY_LATER = ['Retry-After', '5']
const UNKNOWN = 'The shared board did not reply: this may or may not be stored. Send the latest state again in a moment.'

/** With the texts as other kinds of source report them: on one line, without characters that change what is shown. */
const pushedOf = (id: string, { validFor, folders, latest, ...counts }: PutAccount): PushedCounts => ({
  id,
  validFor,
  counts: {
    ...counts,
    ...(folders && { folders: folders.map((folder) => ({ ...folder, path: readable(folder.path) })) }),
    ...(latest && {
      latest: latest.map(({ from, subject, folder, ...message }) => ({
        ...message,
        ...(folder !== undefined && { folder: readable(folder) }),
        from: readable(from),
        subject: readable(subject),
      })),
    }),
  },
})

export interface AccountPutRequest {
  /** With the scope `collect`. */
  readonly token: Token
  /** Of the path, decoded but not checked. */
  readonly id: string
  /** Parsed JSON. */
  readonly body: unknown
}

export type AccountPut = ReturnType<typeof createAccountPut>

export function createAccountPut({ input, responder, pushed }: HttpContext) {
  const respond = createOutcomeResponder(responder)
  return async ({ token, id: segment, body }: AccountPutRequest, reply: Reply): Promise<void> => {
    const id = input.accountId(segment, reply)
    if (id === null || !input.isCovered(id, token, reply, 'id')) return
    const plain = plainCounts(body, input.validId, id)
    const parsed = plain ? null : input.body(PutAccount, body, reply)
    const counts = parsed ? pushedOf(id, parsed) : plain
    if (!counts) return
    const earlier = input.earlierChanges(reply)
    if (earlier) await earlier
    respond(await pushed.put(token.name, [counts]), reply, () => 'id')
  }
}

export function routeAccountsPut({ route }: Router, { input, responder, backend, pushed }: HttpContext, put: AccountPut): void {
  const respond = createOutcomeResponder(responder)

  route('PUT', PATHS.account, 'collect', ({ params: { id }, token, body }, reply) => put({ token, id, body }, reply))

  async function putAll({ token, body }: AuthorizedRequest, reply: Reply): Promise<void> {
    await input.earlierChanges(reply)
    const accounts = plainList(body, input.validId) ?? (await input.accounts(body, reply))?.map(({ id, ...entry }) => pushedOf(id, entry))
    if (!accounts?.every(({ id }, i) => input.isCovered(id, token, reply, `accounts.${i}.id`))) return
    respond(await pushed.put(token.name, accounts), reply, (index) => `accounts.${index}.id`)
  }
  route('PUT', PATHS.accounts, 'collect', putAll, LIMITS.bulkBodyBytes)

  route('DELETE', PATHS.account, 'collect', async ({ params, token }, reply) => {
    await input.earlierChanges(reply)
    const id = input.knownAccount(params.id, token, reply, 'id')
    if (id !== null) respond(await backend.remove(id), reply, () => 'id')
  })
}

const createOutcomeResponder =
  (responder: Responder) =>
  (outcome: PushOutcome | RemoveOutcome, reply: Reply, fieldOf: (index: number) => string): void => {
    switch (outcome.kind) {
      case 'done':
        return responder.send(reply, 204, [])
      case 'conflict':
        return responder.problem(reply, 'conflict', {
          detail: `The source ${outcome.source} counts this account; remove it there first.`,
          field: fieldOf(outcome.index),
        })
      case 'gone':
        return responder.problem(reply, 'not-found', { detail: 'No such account for this token.', field: 'id' })
      case 'full':
        return responder.problem(reply, 'full', { detail: `${fullText(outcome)} Nothing was stored.` })
      case 'unavailable':
      case 'unknown':
        return responder.problem(reply, 'board-away', {
          detail: outcome.kind === 'unknown' ? UNKNOWN : 'Nothing was stored; try again in a moment.',
          headers: RETRY_LATER,
        })
      case 'not-stored':
        return responder.problem(reply, 'not-stored', {
          detail: 'The data directory cannot be written; free disk space, or make it writable.',
          headers: RETRY_LATER,
        })
    }
  }

const FULL = {
  accounts: ['This server has', 'pushed accounts', 'pushedAccounts'],
  accountsPerToken: ['This token has', 'pushed accounts', 'pushedAccountsPerToken'],
  bytes: ['This server has', 'bytes of pushed accounts', 'pushedBytes'],
  bytesPerToken: ['This token has', 'bytes of pushed accounts', 'pushedBytesPerToken'],
} as const satisfies Record<keyof PushCaps, readonly string[]>

function fullText({ cap, max }: PushOutcome & { kind: 'full' }): string {
  const [owner, what, limit] = FULL[cap]
  return `${owner} at most ${max} ${what}; delete some, or raise limits.${limit} in its config.`
}

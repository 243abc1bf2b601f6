/** Checks what a request brings; each check answers an invalid request itself and names the field. */
import type { z } from 'zod'
import { AccountId } from '../../common/protocol/wire.ts'
import type { Token } from '../auth/tokens.ts'
import type { BoardReader } from '../board/board.ts'
import type { Responder } from './responder.ts'
import type { Reply } from './reply.ts'

export type Input = ReturnType<typeof createInput>

/** Bounds the part of a client's own key that a problem repeats. */
const FIELD_LENGTH = 200

export function createInput({ problem }: Responder, board: BoardReader) {
  // What the board has is valid, and the board's own text: a part of the request's would keep all of that in memory.
  const knownId = (id: string): string | undefined => board.get(id)?.id

  function accountId(id: string, reply: Reply, field = 'id'): string | null {
    const known = knownId(id)
    if (known !== undefined) return known
    const parsed = AccountId.safeParse(id)
    if (parsed.success) return parsed.data
    problem(reply, 'bad-request', { detail: `The account id ${parsed.error.issues[0]?.message ?? 'is not valid'}.`, field })
    return null
  }

  return {
    /** The account id that a text is, or null. */
    validId: (text: string): string | null => knownId(text) ?? (AccountId.safeParse(text).success ? text : null),
    /** The account id of a path or query, which is decoded already; null if it answered 400. */
    accountId,
    /** The account of a path; null if it answered 400 or 404. */
    knownAccount(segment: string, token: Token, reply: Reply, field?: string): string | null {
      const known = knownId(segment)
      if (known !== undefined && token.covers(known)) return known
      if (accountId(segment, reply) === null) return null
      // The same answer in both cases, so that no client learns which accounts exist.
      problem(reply, 'not-found', { detail: 'No such account for this token.', ...(field !== undefined && { field }) })
      return null
    },
    /** False if it answered 403: the token does not cover the account. */
    isCovered(account: string, token: Token, reply: Reply, field: string): boolean {
      const isCovered = token.covers(account)
      if (!isCovered) problem(reply, 'forbidden', { detail: 'The token does not cover this account.', field })
      return isCovered
    },
    /** The body, or null if it answered 400. */
    body<T>(schema: z.ZodType<T>, body: unknown, reply: Reply): T | null {
      const parsed = schema.safeParse(body)
      if (parsed.success) return parsed.data
      const issue = parsed.error.issues[0]
      const unknownKey = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
      const field = ([...(issue?.path ?? []), ...unknownKey].join('.') || 'body').slice(0, FIELD_LENGTH)
      const reason = unknownKey.length > 0 ? 'is not known here' : (issue?.message ?? 'is not valid')
      problem(reply, 'bad-request', { detail: `${field}: ${reason}`, field })
      return null
    },
  }
}

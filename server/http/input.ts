/** Checks what a request brings; each check answers an invalid request itself and names the field. */
import type { z } from 'zod'
import { AccountId, PutEntry, PutList, REPEATED_ID } from '../../common/protocol/wire.ts'
import type { Token } from '../auth/tokens.ts'
import { createAccountTurns } from '../platform/account-turns.ts'
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

  /**
   * The body, or null if it answered 400.
   * @param place of this part of the body
   */
  function body<T>(schema: z.ZodType<T>, given: unknown, reply: Reply, place: readonly PropertyKey[] = []): T | null {
    const parsed = schema.safeParse(given)
    if (parsed.success) return parsed.data
    const issue = parsed.error.issues[0]
    const unknownKey = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
    const field = ([...place, ...(issue?.path ?? []), ...unknownKey].join('.') || 'body').slice(0, FIELD_LENGTH)
    const reason = unknownKey.length > 0 ? 'is not known here' : (issue?.message ?? 'is not valid')
    problem(reply, 'bad-request', { detail: `${field}: ${reason}`, field })
    return null
  }

  /** Ends with the last list that is being checked. */
  let checking: Promise<unknown> = Promise.resolve()

  async function checkAccounts(given: unknown, reply: Reply): Promise<readonly PutEntry[] | null> {
    const listed = body(PutList, given, reply)?.accounts
    if (!listed) return null
    const turnLimit = createAccountTurns()
    const accounts = new Map<string, PutEntry>()
    for (const [index, each] of listed.entries()) {
      const pause = turnLimit(each)
      if (pause) await pause
      const account = body(PutEntry, each, reply, ['accounts', index])
      if (!account) return null
      accounts.set(account.id, account)
    }
    if (accounts.size === listed.length) return [...accounts.values()]
    problem(reply, 'bad-request', { detail: `accounts: ${REPEATED_ID}`, field: 'accounts' })
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
    body,
    /** The accounts of `PUT /v1/accounts`, checked in turns up to the first error; null if it answered 400. */
    accounts(given: unknown, reply: Reply): Promise<readonly PutEntry[] | null> {
      const checked = checkAccounts(given, reply)
      checking = Promise.all([checking, checked]).catch(() => undefined)
      return checked
    },
    /** Resolves once the changes that were requested before on its connection are under way (RFC 9112, section 9.3.2); null: now. */
    earlierChanges: (reply: Reply): Promise<unknown> | null => (reply.isQueued ? checking : null),
  }
}

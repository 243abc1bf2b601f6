/** `GET /v1/accounts` and `GET /v1/accounts/{id}`: compare the client's tag with the board's, then answer or park. */
import { type PollQuery, holdSecondsOf, tagOf, type Verdict, verdictOf } from '../board/answer.ts'
import type { PollTarget } from '../board/parking.ts'
import { etagOf, NOT_WAITING } from '../../common/protocol/headers.ts'
import { createBodies } from './bodies.ts'
import type { HttpContext } from './context.ts'
import { parkPoll, type PollAnswer, type PollContext } from './parked-poll.ts'
import type { Reply } from './reply.ts'

export interface AccountQuery extends PollTarget, PollQuery {
  /** While it is parked, the board's own tag: a part of the request's text would keep all of that in memory. */
  has: PollQuery['has']
  /** One account by itself, or the accounts of the token as a list. */
  readonly shape: 'account' | 'list'
  /** Whether the body names the actions that the token allows. */
  readonly canAct: boolean
}

interface AccountPollContext extends PollContext {
  readonly backend: Pick<HttpContext['backend'], 'board'>
  readonly config: Pick<HttpContext['config'], 'maxHoldSeconds'>
}

/** How long to hold a poll whose tag a connected machine may still consider current. */
const CONTESTED_SECONDS = 10

/** Returns what answers a query at once, or parks it, in one turn: no change falls in between. */
export function createAccountPolls(context: AccountPollContext): (query: AccountQuery, reply: Reply) => void {
  const { responder, random, now } = context
  const { board } = context.backend
  const { maxHoldSeconds } = context.config
  const bodies = createBodies(board, now)

  const verdict = (query: AccountQuery): Verdict => verdictOf(query, board.tag(query.ids), board.isAhead)

  const answer: PollAnswer<AccountQuery> = {
    isReady: (query) => verdict(query) === 'full',
    /** Reads the board again, also when the hold has passed, so that "nothing changed" is never wrong. */
    send(query, reply) {
      const { ids, shape, has, waitSeconds, canAct } = query
      const tag = board.tag(ids)
      const isUnchanged = verdictOf(query, tag, board.isAhead) !== 'full'
      const account = shape === 'account' ? board.get(String(ids[0])) : null
      if (account === undefined) return responder.problem(reply, 'not-found')
      const current = isUnchanged && Array.isArray(has) ? (tagOf(has, tag, board.isAhead) ?? tag) : tag
      const head = isUnchanged ? ['ETag', etagOf(current)] : ['Content-Type', 'application/json', 'ETag', etagOf(current)]
      if (waitSeconds > 0) {
        head.push('Preference-Applied', responder.draining ? NOT_WAITING : `wait=${Math.min(waitSeconds, maxHoldSeconds)}`)
      }
      if (isUnchanged) return responder.send(reply, 304, head)
      responder.send(reply, 200, head, account ? bodies.account(account, canAct) : bodies.list(ids, tag, canAct))
    },
  }

  return (query, reply) => {
    const { has, waitSeconds } = query
    const tag = board.tag(query.ids)
    if (verdictOf(query, tag, board.isAhead) === 'park') {
      if (Array.isArray(has)) query.has = [tagOf(has, tag, board.isAhead) ?? tag]
      parkPoll(context, answer, query, reply, holdSecondsOf(waitSeconds, maxHoldSeconds, random))
    }
    // A client that alternates between a connected and an offline one would get a new answer from each, without a pause.
    else if (waitSeconds > 0 && Array.isArray(has) && has.some(board.mayBeCurrentElsewhere))
      parkPoll(context, answer, query, reply, Math.min(waitSeconds, CONTESTED_SECONDS))
    else answer.send(query, reply)
  }
}

/**
 * `GET /get.php?userID=ID&mailCount=N`, the original's protocol: the body is the bare number as soon as it differs
 * from N, and empty after 60 s. It has no tokens, no tags and no errors.
 */
import { PATHS } from '../../../common/protocol/wire.ts'
import type { PollTarget } from '../../board/parking.ts'
import type { HttpContext } from '../context.ts'
import { phpParameter } from '../php-query.ts'
import { parkPoll, type PollAnswer } from '../parked-poll.ts'
import type { Router } from '../router.ts'

/** Seconds until the original gave up. */
const HOLD_SECONDS = 60
/** PHP's default for the output of a script. */
const CONTENT_TYPE = ['Content-Type', 'text/html; charset=UTF-8']

interface LegacyQuery extends PollTarget {
  readonly ids: readonly [string]
  /** As it was sent: it is compared as text, and what is not a number differs from every number. */
  readonly mailCount: string
}

export function routeLegacy(router: Router, context: HttpContext): void {
  const { responder, origins, input, addressOf, isLegacyOn } = context
  const { board } = context.backend

  /** Empty until the first count: the original held such a request, as it did for an unknown user. */
  function newCount({ ids, mailCount }: LegacyQuery): string {
    const unread = board.get(ids[0])?.counts?.unread
    return unread === undefined || String(unread) === mailCount ? '' : String(unread)
  }

  const answer: PollAnswer<LegacyQuery> = {
    isReady: (query) => newCount(query) !== '',
    send: (query, res) => responder.send(res, 200, CONTENT_TYPE, newCount(query)),
  }

  router.public(PATHS.legacy, (req, res) => {
    if (!isLegacyOn()) return responder.problem(res, 'not-found')
    if (origins.isOtherPage(req, req.headers.host ?? '', true))
      return responder.problem(res, 'forbidden', { detail: 'A page of another origin may use this only if allowedOrigins lists it.' })
    const { url = '' } = req
    const userId = phpParameter(url, 'userID')
    if (userId === null)
      return responder.problem(res, 'bad-request', { detail: 'Name the user: get.php?userID=ID&mailCount=N.', field: 'userID' })
    // What is not UTF-8 is the name of no account, and waits as every unknown name does.
    const id = userId.isWellFormed() ? input.accountId(userId, res, 'userID') : userId
    if (id === null) return
    const mailCount = phpParameter(url, 'mailCount') ?? ''
    const query: LegacyQuery = { ids: [id], mailCount, token: null, address: addressOf(req) }
    if (answer.isReady(query)) answer.send(query, res)
    else parkPoll(context, answer, query, res, HOLD_SECONDS)
  })
}

/** `POST` to a message, or to all of an account, changes them; answered once the mail server has confirmed. */
import type { ActionOutcome } from '../../sources/source.ts'
import { LIMITS, PATHS, PostMessage, PostMessages, type SourceErrorCode } from '../../../common/protocol/wire.ts'
import type { ProblemCode } from '../../../common/protocol/problems.ts'
import type { HttpContext } from '../context.ts'
import type { ProblemOptions } from '../responder.ts'
import type { Router } from '../router.ts'
import type { Reply } from '../reply.ts'

/** Used if the mail server names no pause. */
const RETRY_AFTER_SECONDS = 5
const MAX_RETRY_AFTER_SECONDS = 3_600

const SOURCE_PROBLEMS = {
  auth: 'mail-server-refused',
  config: 'mail-server-refused',
  protocol: 'mail-server-refused',
  network: 'mail-server-unreachable',
  rate: 'mail-server-unreachable',
} as const satisfies Record<SourceErrorCode, ProblemCode>

const OUTCOME_PROBLEMS: Readonly<Record<Exclude<ActionOutcome['kind'], 'done' | 'failed'>, readonly [ProblemCode, ProblemOptions]>> = {
  gone: ['not-found', { detail: 'The account does not contain this message, or it was removed.', field: 'message' }],
  unable: ['cannot-act', { detail: 'The source of this account cannot change its messages.', field: 'id' }],
  busy: [
    'too-many-acts',
    {
      detail: 'Too many actions are pending for this account; try again in a moment.',
      headers: ['Retry-After', String(RETRY_AFTER_SECONDS)],
    },
  ],
  late: ['mail-server-timeout', { detail: 'The mail server did not respond in time; it may have completed the action.' }],
}

export function routeMessages({ route }: Router, { input, responder, backend }: HttpContext): void {
  function respond(reply: Reply, outcome: ActionOutcome): void {
    if (outcome.kind === 'done') return responder.send(reply, 204, [])
    if (outcome.kind !== 'failed') return responder.problem(reply, ...OUTCOME_PROBLEMS[outcome.kind])
    const code = SOURCE_PROBLEMS[outcome.error.code]
    const seconds = Math.ceil((outcome.retryAfterMs ?? 1_000 * RETRY_AFTER_SECONDS) / 1_000)
    const retryAfter = ['Retry-After', String(Math.min(seconds, MAX_RETRY_AFTER_SECONDS))]
    responder.problem(reply, code, { detail: outcome.error.message, headers: code === 'mail-server-unreachable' ? retryAfter : [] })
  }

  route('POST', PATHS.message, 'act', async (request, reply) => {
    const { message } = request.params
    const account = input.knownAccount(request.params.id, request.token, reply, 'id')
    if (account === null) return
    const body = input.body(PostMessage, request.body, reply)
    if (!body) return
    if (message === '' || message.length > LIMITS.textLength) return respond(reply, { kind: 'gone' })
    respond(reply, await backend.act({ account, message, action: body.action }))
  })

  route('POST', PATHS.messages, 'act', async (request, reply) => {
    const account = input.knownAccount(request.params.id, request.token, reply, 'id')
    if (account === null || !input.body(PostMessages, request.body, reply)) return
    respond(reply, await backend.act({ account, action: 'read-all' }))
  })
}

/** `POST /v1/demo`: changes the demo mailbox, as a mail program would. There only while it is the source. */
import type { FastifyInstance } from 'fastify'
import { DemoAction, LIMITS, PATHS } from '../../../common/protocol/wire.ts'
import type { Authorization } from '../authorization.ts'
import type { Answers } from '../answers.ts'
import { requireScope, tokenOf } from '../require-scope.ts'
import { parseBody } from '../input.ts'

export interface DemoRouteDeps {
  readonly access: Authorization
  readonly answers: Answers
  /** Does what is asked; false where there is no demo mailbox. */
  readonly change: (action: DemoAction) => boolean
}

export function routeDemo(app: FastifyInstance, { access, answers, change }: DemoRouteDeps): void {
  app.post(PATHS.demo, { onRequest: requireScope(access, 'act'), bodyLimit: LIMITS.bodyBytes }, (request, reply) => {
    reply.hijack()
    const action = parseBody(DemoAction, request.body, reply.raw, answers)
    if (!action) return
    if (!tokenOf(request).covers(action.account))
      answers.problem(reply.raw, 'forbidden', { detail: 'The token does not cover this account.', field: 'account' })
    else if (change(action)) answers.send(reply.raw, 204, [])
    else answers.problem(reply.raw, 'not-found', { detail: 'The demo mailbox is not in use; start with --demo.' })
  })
}

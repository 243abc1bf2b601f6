/** `POST /v1/demo` changes the demo mailbox, as a mail program would, while that is the source. */
import { DemoAction, PATHS } from '../../../common/protocol/wire.ts'
import type { HttpContext } from '../context.ts'
import type { Router } from '../router.ts'

export function routeDemo({ route }: Router, { input, responder, changeDemo }: HttpContext): void {
  route('POST', PATHS.demo, 'act', ({ body, token }, res) => {
    const action = input.body(DemoAction, body, res)
    if (!action || !input.isCovered(action.account, token, res, 'account')) return
    // The first delivery creates an account; there is nothing to read before it.
    if (action.action === 'read' && input.knownAccount(action.account, token, res, 'account') === null) return
    if (changeDemo(action)) responder.send(res, 204, [])
    else responder.problem(res, 'not-found', { detail: 'The demo mailbox is not in use; start with --demo.' })
  })
}

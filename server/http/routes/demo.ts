/** `POST /v1/demo` changes the demo mailbox, as a mail program would, while that is the source. */
import { DemoAction, PATHS } from '../../../common/protocol/wire.ts'
import type { HttpContext } from '../context.ts'
import type { Router } from '../router.ts'

export function routeDemo({ route }: Router, { input, responder, changeDemo }: HttpContext): void {
  route('POST', PATHS.demo, 'act', ({ body, token }, res) => {
    const action = input.body(DemoAction, body, res)
    if (!action || !input.isCovered(action.account, token, res, 'account')) return
    const outcome = changeDemo(action)
    if (outcome === 'done') return responder.send(res, 204, [])
    const detail = outcome === 'off' ? 'The demo mailbox is not in use; start with --demo.' : 'The demo mailbox has no such account.'
    responder.problem(res, 'not-found', { detail, ...(outcome !== 'off' && { field: 'account' }) })
  })
}
